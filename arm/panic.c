/* SPDX-License-Identifier: BSD-2-Clause */
/* The end: one line that says why, and a CPU that waits for ever. */
#include "arm.h"

#include "hw.h"
#include "klog.h"
#include "machine.h"
#include "syndrome.h"

/* Tries for a character: a UART without clocks must not hang the message. */
#define PATIENCE 1000000U

const char *volatile arm_trying;

const char arm_text_cut[] = "the image is cut short";
const char arm_text_no_gic[] = "no GICv2 where this board has it";
const char arm_text_no_virt[] = "no Virtualization Extensions, or turned off";
const char arm_text_not_hyp[] = "entered in Non-secure state, not in Hyp mode";

static void put(const char *text)
{
    for (u32 tries = 0; *text != '\0' && tries < PATIENCE; tries++) {
        if (machine_console_put(*text)) {
            text++;
            tries = 0;
        }
    }
}

_Noreturn void arm_refuse(const char *reason)
{
    machine_console_init();
    put("thimble: cannot start: ");
    put(reason);
    put("\r\n");
    arm_stop();
}

void machine_panic(const char *reason)
{
    (void)reason; /* has been printed, or the image does without */
    arm_stop();
}

_Noreturn void arm_broken(u32 vector)
{
    static const char *const names[] = {
        "unexpected exception", "undefined instruction", "unexpected exception",
        "prefetch abort", "data abort"};

    if (arm_trying != NULL) {
        arm_refuse(arm_trying);
    }
    panic(names[vector], arm_elr_read());
}
