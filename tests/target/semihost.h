/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's semihosting from Hyp mode ("Semihosting for AArch32 and AArch64", Arm). */
#ifndef TESTS_TARGET_SEMIHOST_H
#define TESTS_TARGET_SEMIHOST_H

#include "types.h"

#define SYS_OPEN 0x01U
#define SYS_CLOSE 0x02U
#define SYS_WRITE0 0x04U
#define SYS_WRITE 0x05U
#define SYS_GET_CMDLINE 0x15U
#define SYS_EXIT_EXTENDED 0x20U
#define OPEN_WRITE_BINARY 5U
#define STOPPED_APPLICATION_EXIT 0x20026U

static inline u32 semihost(u32 operation, const void *arguments)
{
    register u32 r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = arguments;

    __asm__ volatile("svc 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

/* Ends QEMU. */
static inline _Noreturn void semihost_leave(u32 status)
{
    const u32 arguments[] = {STOPPED_APPLICATION_EXIT, status};

    for (;;) {
        (void)semihost(SYS_EXIT_EXTENDED, arguments);
    }
}

#endif
