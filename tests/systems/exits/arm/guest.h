/* SPDX-License-Identifier: BSD-2-Clause */
/* The guests, one behind the other: guest.S. Copied to the start of the RAM, which r3 has at
 * each one's entry; r0 to r2 are 1, 2, 3. Their last exit is an HVC. */
#ifndef EXITS_GUEST_H
#define EXITS_GUEST_H

#define VALUE 0x5a000080U /* and 1 to 4: what an exit that is skipped gets */
#define KEPT 0x5bc0ffee   /* in PAR, both words */

/* Vectors of the guests. */
#define VECTOR_UNDEFINED 0x04
#define VECTOR_PREFETCH 0x0c

#ifndef __ASSEMBLER__
#include <stdint.h>


/* Entries, and the instructions that exit. */
#define GUEST(name) extern const uint8_t guest_##name[]
GUEST(begin);
GUEST(undefined_exit);
GUEST(abort_exit);
GUEST(caches);
GUEST(caches_on);
GUEST(caches_exit);
GUEST(hvc);
GUEST(hvc_first);
GUEST(hvc_second);
GUEST(hvc_thumb);
GUEST(hvc_thumb_first);
GUEST(hvc_thumb_second);
GUEST(smc);
GUEST(smc_first);
GUEST(smc_second);
GUEST(hvc_refused);
GUEST(hvc_refused_at);
GUEST(hvc_refused_thumb);
GUEST(hvc_refused_thumb_at);
GUEST(smc_refused);
GUEST(smc_refused_at);
GUEST(permission);
GUEST(permission_nothing);
GUEST(permission_word);
GUEST(permission_byte);
GUEST(permission_back);
GUEST(permission_exit);
GUEST(permission_mapped);
GUEST(permission_mapped_nothing);
GUEST(permission_mapped_word);
GUEST(permission_mapped_back);
GUEST(permission_mapped_exit);
GUEST(fetch);
GUEST(walk_nothing);
GUEST(walk_nothing_at);
GUEST(walk_device);
GUEST(walk_device_at);
GUEST(plain);
GUEST(plain_load);
GUEST(plain_exit);
GUEST(several);
GUEST(several_back);
GUEST(several_multiple);
GUEST(several_exclusive);
GUEST(several_exit);
GUEST(several_thumb);
GUEST(several_thumb_short);
GUEST(several_thumb_pair);
GUEST(several_thumb_half);
GUEST(several_thumb_exit);
GUEST(par);
GUEST(par_word);
GUEST(par_back);
GUEST(par_exit);
GUEST(nested);
GUEST(nested_start);
GUEST(nested_begins);
GUEST(nested_ends);
GUEST(nested_exit);
GUEST(user_breakpoint);
GUEST(user_breakpoint_at);
GUEST(user_undefined);
GUEST(user_undefined_at);
GUEST(end);
#undef GUEST
#endif

#endif
