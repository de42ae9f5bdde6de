/* SPDX-License-Identifier: BSD-2-Clause */
/* Linux's side of linux-prio: the real-time task that serves alarms, and ordinary load. */
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "channel_pair.h"
#include "guest.h"
#include "memory.h"
#include "prio.h"
#include "thimble.h"
#include "time.h"

#define FIFO_PRIORITY 60
#define NICE (-10)
#define PATIENCE (THIMBLE_TICKS_PER_MS * 5000U)

/* What it finds of the background's work when it begins and when it is done says who ran
 * before it, and who meanwhile. */
static void answer(struct channel_pair *p, const uint32_t *alarm, uint32_t *latency)
{
    uint32_t late = (uint32_t)thimble_time() - alarm[PRIO_TIME];
    uint32_t words[PRIO_ANSWER_WORDS] = {alarm[PRIO_NUMBER],
                                         thimble_read32(p->base + PRIO_STEPS)};

    *latency = late > *latency ? late : *latency;
    thimble_compute(PRIO_SERVICE);
    words[PRIO_STEPS_END] = thimble_read32(p->base + PRIO_STEPS);
    (void)channel_send(&p->out, words, PRIO_ANSWER_WORDS, 0);
}

/* Its answer is the last thing before it waits, so figures come with the next alarm. */
int serve(uint32_t count)
{
    struct guest_device device = guest_open(PRIO_LINE);
    struct channel_pair pair;
    uint32_t words[PRIO_ALARM_WORDS];
    uint32_t latency = 0;
    uint32_t got;

    if (sched_setscheduler(0, SCHED_FIFO,
                           &(struct sched_param){.sched_priority = FIFO_PRIORITY}) != 0 ||
        mlockall(MCL_CURRENT | MCL_FUTURE) != 0) {
        guest_fail("serve");
    }
    uint32_t load_before = thimble_read32(device.base + PRIO_LOAD);
    if (channel_pair_join(&pair, device.base, device.slot, device.slot,
                          thimble_time() + PATIENCE) != THIMBLE_OK) {
        printf("serve: nobody is there\n");
        return 1;
    }
    for (uint32_t i = 0; i <= count; i++) {
        if (channel_receive(&pair.in, words, PRIO_ALARM_WORDS, THIMBLE_NEVER, &got) !=
                THIMBLE_OK || got != PRIO_ALARM_WORDS) {
            printf("serve: no alarm\n");
            return 1;
        }
        answer(&pair, words, &latency);
    }
    printf("serve: %u alarms, %u not in background work, %u not served, background came first in "
           "%u, load in %u; latency at most %u us; %u load steps\n",
           words[PRIO_JUDGED], words[PRIO_OUTSIDE], words[PRIO_UNSERVED], words[PRIO_EARLY],
           words[PRIO_MIXED], guest_microseconds(latency),
           thimble_read32(device.base + PRIO_LOAD) - load_before);
    return words[PRIO_JUDGED] < count || words[PRIO_OUTSIDE] + words[PRIO_UNSERVED] +
                                             words[PRIO_EARLY] + words[PRIO_MIXED] != 0;
}

/* Favoured so far that no ordinary process gets the CPU from it just because it wakes. */
int load(uint32_t count)
{
    struct guest_device device = guest_open(PRIO_LINE);

    (void)setpriority(PRIO_PROCESS, 0, NICE);
    for (uint32_t i = 0; count == 0 || i < count; i++) {
        thimble_compute(1000);
        thimble_write32(device.base + PRIO_LOAD, thimble_read32(device.base + PRIO_LOAD) + 1U);
    }
    return 0;
}
