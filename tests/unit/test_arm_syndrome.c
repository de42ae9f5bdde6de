/* SPDX-License-Identifier: BSD-2-Clause */
/* What a syndrome says of its instruction (DDI 0406C A2.5, A8.3, B3.13.6). */
#include <criterion/criterion.h>

#include "syndrome.h"

#define N 0x80000000U
#define Z 0x40000000U
#define C 0x20000000U
#define V 0x10000000U

static u32 coprocessor(u32 condition)
{
    return EC_COPROCESSOR << EC_SHIFT | ISS_CONDITION_VALID | condition << 20;
}

/* A8.3, Table A8-1, flag by flag. */
static bool holds(u32 condition, u32 flags)
{
    bool n = (flags & N) != 0;
    bool z = (flags & Z) != 0;
    bool c = (flags & C) != 0;
    bool v = (flags & V) != 0;

    switch (condition) {
    case 0: return z;
    case 1: return !z;
    case 2: return c;
    case 3: return !c;
    case 4: return n;
    case 5: return !n;
    case 6: return v;
    case 7: return !v;
    case 8: return c && !z;
    case 9: return !c || z;
    case 10: return n == v;
    case 11: return n != v;
    case 12: return !z && n == v;
    case 13: return z || n != v;
    default: return true;
    }
}

Test(arm_syndrome, conditions)
{
    for (u32 condition = 0; condition < 16U; condition++) {
        for (u32 flags = 0; flags < 16U; flags++) {
            u32 cpsr = flags << 28 | 0x10U;
            cr_assert_eq(!arm_condition_fails(coprocessor(condition), cpsr),
                         holds(condition, cpsr), "condition %u, flags %x", condition, flags);
        }
    }
}

/* Without CV the IT block says it; outside of one, it is always. */
Test(arm_syndrome, conditions_of_thumb)
{
    u32 syndrome = EC_COPROCESSOR << EC_SHIFT;

    u32 eq = CPSR_THUMB | (0x08U >> 2) << 10; /* ITSTATE 0000 1000: EQ, the last */
    cr_assert(arm_condition_fails(syndrome, eq));
    cr_assert_not(arm_condition_fails(syndrome, eq | Z));
    cr_assert_not(arm_condition_fails(syndrome, CPSR_THUMB));
}

/* B3.13.3, Table B3-23, and B4.1.66: of all faults, at all levels. */
Test(arm_syndrome, hpfar_is_asked_only_where_it_is_known)
{
    static const u32 classes[] = {EC_PREFETCH, EC_DATA};

    for (u32 i = 0; i < 2U; i++) {
        for (u32 status = 0; status <= ISS_FAULT_STATUS; status++) {
            for (u32 walk = 0; walk < 2U; walk++) {
                u32 syndrome = classes[i] << EC_SHIFT | walk << 7 | status;
                bool translation = status >= 0x04U && status <= 0x07U;
                bool access = status >= 0x08U && status <= 0x0bU;
                bool permission = status >= 0x0cU && status <= 0x0fU;
                cr_assert_eq(arm_page_known(syndrome),
                             translation || access || (permission && walk != 0), "%x", syndrome);
                cr_assert_eq(arm_page_known(syndrome | ISS_VALID | ISS_WRITE),
                             arm_page_known(syndrome));
            }
        }
    }
}

/* B3.13.3: external, 0x11, and by parity, 0x19; no other. */
Test(arm_syndrome, an_asynchronous_abort_is_nobodys)
{
    for (u32 status = 0; status <= ISS_FAULT_STATUS; status++) {
        u32 syndrome = EC_DATA << EC_SHIFT | SYNDROME_LONG | ISS_WRITE | status;
        cr_assert_eq(arm_abort_late(syndrome), status == 0x11U || status == 0x19U, "%x", status);
    }
}

/* Where the syndrome has no condition, there is none to fail. */
Test(arm_syndrome, conditions_are_only_where_they_are_said)
{
    static const u32 classes[] = {EC_UNKNOWN, EC_HVC, EC_SMC, EC_PREFETCH, EC_DATA};

    for (u32 i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        cr_assert_not(arm_condition_fails(classes[i] << EC_SHIFT | ISS_CONDITION_VALID, 0));
    }
}

Test(arm_syndrome, skip)
{
    u32 state[2] = {0x1000U, 0x10U};

    arm_instruction_skip(state, SYNDROME_LONG);
    cr_assert_eq(state[0], 0x1004U);
    arm_instruction_skip(state, 0);
    cr_assert_eq(state[0], 0x1006U);
    cr_assert_eq(state[1], 0x10U);
    /* ITTE EQ: 0000 0110; behind one instruction 0000 1100, behind all of them nothing. */
    state[1] = CPSR_THUMB | (0x06U >> 2) << 10 | (0x06U & 3U) << 25;
    arm_instruction_skip(state, 0);
    cr_assert_eq(state[1], CPSR_THUMB | (0x0cU >> 2) << 10);
    arm_instruction_skip(state, 0);
    arm_instruction_skip(state, 0);
    cr_assert_eq(state[1], CPSR_THUMB);
}

Test(arm_syndrome, length)
{
    cr_assert(arm_length_known(EC_CP15 << EC_SHIFT));
    cr_assert(arm_length_known(EC_DATA << EC_SHIFT | ISS_VALID));
    cr_assert_not(arm_length_known(EC_DATA << EC_SHIFT));
    cr_assert_not(arm_length_known(EC_PREFETCH << EC_SHIFT));
    cr_assert_not(arm_length_known(EC_UNKNOWN << EC_SHIFT));

    cr_assert_eq(arm_length_set(0, 0, 0), SYNDROME_LONG); /* ARM state */
    cr_assert_eq(arm_length_set(SYNDROME_LONG, CPSR_THUMB, 0), 0);
    cr_assert_eq(arm_length_set(0, CPSR_THUMB, 0xe7ffU), 0);
    cr_assert_eq(arm_length_set(0, CPSR_THUMB, 0xe800U), SYNDROME_LONG);
    cr_assert_eq(arm_length_set(0, CPSR_THUMB, 0xffffU), SYNDROME_LONG);
    cr_assert_eq(arm_length_set(0, CPSR_THUMB, 0xffff0000U), 0); /* the next instruction's */
}

Test(arm_syndrome, values)
{
    u32 byte = 0U << 22;
    u32 half = 1U << 22;
    u32 word = 2U << 22;

    cr_assert_eq(arm_value_moved(word, 0, 0x89abcdefU), 0x89abcdefU);
    cr_assert_eq(arm_value_moved(half, 0, 0x89abcdefU), 0xcdefU);
    cr_assert_eq(arm_value_moved(half | ISS_SIGNED, 0, 0x89abcdefU), 0xffffcdefU);
    cr_assert_eq(arm_value_moved(byte | ISS_SIGNED, 0, 0x7fU), 0x7fU);
    cr_assert_eq(arm_value_moved(byte | ISS_SIGNED, 0, 0x80U), 0xffffff80U);
    /* Big-endian data. */
    cr_assert_eq(arm_value_moved(word, CPSR_E, 0x89abcdefU), 0xefcdab89U);
    cr_assert_eq(arm_value_moved(half, CPSR_E, 0x89abcdefU), 0xefcdU);
    cr_assert_eq(arm_value_moved(half | ISS_SIGNED, CPSR_E, 0x89abcdefU), 0xffffefcdU);
    cr_assert_eq(arm_value_moved(byte, CPSR_E, 0x89abcdefU), 0xefU);
}
