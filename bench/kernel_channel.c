/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel cases: throughput of user/lib/channel.c between two cells. Who is more
 * urgent decides what happens. A receiver that is takes each message as it
 * comes: two switches for each. A sender that is fills the ring before the
 * receiver runs, which then empties it at one go: two switches for each ring.
 */
#include "builder.h"
#include "channel.h"
#include "kernel.h"
#include "thimble.h"
#include "work.h"

#define SLOT_SIGNAL 1U
#define SLOT_WAIT 2U
#define RING_WORDS 1024U
#define RING_AT 0x20000000U
#define RING_PA (SIM_RAM_BASE + 4U * MIB)
#define RING_SIZE (128U + 4U * RING_WORDS) /* channel.h: what stands before the ring */

/* A sequence number at the start of each message shows that all arrive. */
static void sender(uint32_t words)
{
    struct channel c;
    uint32_t message[RING_WORDS] = {0};
    bool batch = words >> 16 != 0;

    words &= 0xffffU;
    channel_open_sender(&c, RING_AT, RING_SIZE, SLOT_SIGNAL, SLOT_WAIT);
    for (;;) {
        uint64_t n = work_take() * (batch ? RING_WORDS / words : 1U);
        uint32_t bad = 0;
        for (uint64_t i = 0; i < n; i++) {
            bad |= channel_send(&c, message, words, THIMBLE_NEVER);
            message[0]++;
        }
        work_check(bad);
    }
}

/* Takes whatever is there. */
static void receiver(uint32_t words)
{
    struct channel c;
    uint32_t message[RING_WORDS];
    uint32_t sequence = 0;
    uint32_t count;

    channel_open_receiver(&c, RING_AT, RING_SIZE, SLOT_SIGNAL, SLOT_WAIT);
    for (;;) {
        work_check(channel_receive(&c, message, RING_WORDS, THIMBLE_NEVER, &count));
        for (uint32_t i = 0; i < count; i += words) {
            if (message[i] != sequence++) {
                bench_fail("channel: message %u came as %u", (unsigned)(sequence - 1U),
                           (unsigned)message[i]);
            }
        }
    }
}

static int build_channel(uint32_t bytes, bool batch)
{
    uint32_t words = bytes / 4U;

    build_begin();
    uint32_t signals[] = {build_notification(), build_notification()};
    for (uint32_t i = 0; i < 2U; i++) {
        uint32_t cell = build_cell(i == 0 ? "sender" : "receiver");
        if (i == 0) {
            build_active(cell, batch ? 20 : 10, sender, words | (uint32_t)batch << 16);
        } else {
            build_active(cell, batch ? 10 : 20, receiver, words);
        }
        (void)build_region(cell, (struct machine_mapping){
                                     .gpa = gpaddr(RING_AT),
                                     .pa = paddr(RING_PA),
                                     .size = 2U * PAGE_SIZE,
                                     .memory = MEMORY_NORMAL,
                                     .access = ACCESS_READ | ACCESS_WRITE,
                                 });
        build_grant(cell, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL, signals[1U - i], 1);
        build_grant(cell, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, signals[i], 0);
    }
    work_boot();
    work_run(2);
    return 0;
}

static int setup_message(const struct bench_case *c)
{
    return build_channel((uint32_t)c->parameter, false);
}

static int setup_batch(const struct bench_case *c)
{
    return build_channel((uint32_t)c->parameter, true);
}

/* Counted in whole rings, as not every word of one costs the same: it crosses a
 * page. */
#define CHANNEL(label, function, size, count, operations, meaning)                  \
    {WORK_CASE(label "/" #size, function, size, meaning), .simulated = work_simulated, \
     .parts = (count), .bytes = (size) * (count), .counted_operations = (operations)}

const struct bench_case bench_channels[] = {
    CHANNEL("channel_message", setup_message, 16, 1, 256,
            "a message of 16 bytes, taken as it comes"),
    CHANNEL("channel_message", setup_message, 256, 1, 64,
            "a message of 256 bytes, taken as it comes"),
    CHANNEL("channel_message", setup_message, 4096, 1, 20,
            "a message of 4096 bytes, taken as it comes"),
    CHANNEL("channel_batch", setup_batch, 16, 256, 20, "256 messages of 16 bytes, taken together"),
    CHANNEL("channel_batch", setup_batch, 256, 16, 20, "16 messages of 256 bytes, taken together"),
    CHANNEL("channel_batch", setup_batch, 4096, 1, 20, "a message of 4096 bytes, fills the ring"),
};
const size_t bench_channels_count = sizeof(bench_channels) / sizeof(bench_channels[0]);
