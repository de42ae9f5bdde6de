/* SPDX-License-Identifier: BSD-2-Clause */
/* The systems of user/systems/ as part of this process, for tests that look
 * inside of their runs: their sources as they are, under names of their own. */
#define thimble_system gateway_system
#include "../../user/systems/gateway/system.c"

#include "../../user/systems/gateway/control.c"
#include "../../user/systems/gateway/plant.c"
#include "../../user/systems/gateway/worker.c"

#undef thimble_system
#define thimble_system pingpong_system
#include "../../user/systems/pingpong/ping.c"
#include "../../user/systems/pingpong/pong.c"
#include "test_sim_support.h"

#include "../../user/systems/pingpong/system.c"
