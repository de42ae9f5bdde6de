/* SPDX-License-Identifier: BSD-2-Clause */
/* A hundred contexts: how the worst cases grow with their number (tests/wcet/costs.sh). */
#define COUNT 100U
#define EACH(what) HUNDRED(what, 1)
#include "../../../bench/arm/sizes/sizes.h"
