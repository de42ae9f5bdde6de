/* SPDX-License-Identifier: BSD-2-Clause */
/* What a syndrome says of its instruction. Nothing here reaches hardware, so that tests on the
 * host link it. */
#include "syndrome.h"

static u32 it_state(u32 cpsr)
{
    return CPSR_IT_HIGH(cpsr) << 2 | CPSR_IT_LOW(cpsr);
}

void arm_instruction_skip(u32 *state, u32 syndrome)
{
    u32 it = it_state(state[1]);

    state[0] += (syndrome & SYNDROME_LONG) != 0 ? 4U : 2U;
    if (it != 0) { /* A2.5.2, ITAdvance */
        it = (it & 7U) == 0 ? 0 : (it & 0xe0U) | (it << 1 & 0x1fU);
        state[1] = (state[1] & ~CPSR_IT_MASK) | (it & 3U) << 25 | it >> 2 << 10;
    }
}

/* A8.3: EQ, CS, MI, VS, HI, GE, GT, AL. Bit i: passes with these flags, N the highest. */
static const u16 conditions[] = {0xf0f0U, 0xccccU, 0xff00U, 0xaaaaU,
                                 0x0c0cU, 0xaa55U, 0x0a05U, 0xffffU};

bool arm_condition_passes(u32 syndrome, u32 cpsr)
{
    u32 condition = ISS_CONDITION(syndrome);

    if (syndrome >> EC_SHIFT == EC_UNKNOWN) {
        return true; /* it is not said, nor for the classes from 0x10 on */
    }
    if ((syndrome & ISS_CONDITION_VALID) == 0) {
        u32 it = it_state(cpsr); /* Thumb */
        condition = (it & 0xfU) == 0 ? 0xeU : it >> 4;
    }
    /* The odd ones are the even ones' opposites, but for 15. */
    return condition == 0xfU ||
           ((u32)conditions[condition >> 1] >> (cpsr >> 28) & 1U) != (condition & 1U);
}

bool arm_length_known(u32 syndrome)
{
    u32 class = syndrome >> EC_SHIFT;

    return class != EC_UNKNOWN && class != EC_PREFETCH &&
           (class != EC_DATA || (syndrome & ISS_VALID) != 0);
}

bool arm_page_known(u32 syndrome)
{
    u32 status = (syndrome & ISS_FAULT_STATUS) >> 2; /* without the level */

    return status == STATUS_TRANSLATION || status == STATUS_ACCESS ||
           (status == STATUS_PERMISSION && (syndrome & ISS_TABLE_WALK) != 0);
}

u32 arm_length_set(u32 syndrome, u32 cpsr, u32 instruction)
{
    bool is_long = (cpsr & CPSR_THUMB) == 0 || (instruction & 0xf800U) >= 0xe800U; /* A6.1 */

    return (syndrome & ~SYNDROME_LONG) | (is_long ? SYNDROME_LONG : 0);
}

u32 arm_value_moved(u32 syndrome, u32 cpsr, u32 value)
{
    u32 unused = 32U - 8U * ISS_SIZE(syndrome);

    if ((cpsr & CPSR_E) != 0) {
        value = __builtin_bswap32(value) >> unused;
    }
    value <<= unused;
    return (syndrome & ISS_SIGNED) != 0 ? (u32)((i32)value >> unused) : value >> unused;
}
