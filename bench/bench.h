/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a benchmark case is. A file of cases needs this header, and pause.h if it
 * leaves something out (those of the kernel: work.h); how cases are measured
 * (harness.c, counts.c) and shown (report.c, results.c, samples.c) is none of
 * its business.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum bench_class {
    BENCH_KERNEL, /* a path of Thimble */
    BENCH_LIMIT,  /* a bare change of context on this host: the yardstick */
    BENCH_PEER    /* what the host operating system offers for the same job */
};
#define BENCH_CLASSES 3

struct bench_case {
    /* Unique. A family of cases shares the part before '/'. */
    const char *name;
    enum bench_class class;
    /* One line: what one operation does. */
    const char *what;
    /* Called before every round of measuring, with teardown after it: no two
     * cases are ever set up at once, so cases may share a simulated machine.
     * A value other than 0 means that the case cannot run here: call
     * bench_refuse() with the reason first. Teardown is then not called, so
     * setup undoes what it did. Both may be NULL. */
    int (*setup)(const struct bench_case *);
    /* Does `iterations` operations, may be called any number of times between
     * setup and teardown, and leaves the state as ready as it found it. */
    void (*run)(const struct bench_case *, uint64_t iterations);
    void (*teardown)(const struct bench_case *);
    /* Name of the case whose cost is subtracted from this one, or NULL. */
    const char *overhead_twin;
    /* The case's own: message words, threads... The x axis of family plots. */
    long parameter;
    /* Host instructions are counted under callgrind, and gated. `run` must then
     * do the same work every time and in one thread. */
    bool exact;
    /* The parameter is how many objects there are, or are gone through: how the
     * cost grows with it is shown. */
    bool scales;
    /* Operations of the shorter run under callgrind; 0: as many as usual. For
     * operations that are long. */
    unsigned counted_operations;
    /* Of an operation that does the same to many: how many, and how many bytes
     * of payload it moves in all. 0: it is not such a one. */
    unsigned parts;
    unsigned bytes;
    /* Virtual time so far, in simulated instructions; or NULL. */
    uint64_t (*simulated)(void);
};

extern const struct bench_case bench_kernel[];
extern const size_t bench_kernel_count;
extern const struct bench_case bench_faults[];
extern const size_t bench_faults_count;
extern const struct bench_case bench_memory[];
extern const size_t bench_memory_count;
extern const struct bench_case bench_channels[];
extern const size_t bench_channels_count;
extern const struct bench_case bench_limits[];
extern const size_t bench_limits_count;
extern const struct bench_case bench_peers[];
extern const size_t bench_peers_count;

/* Records why a setup fails, and returns -1 for it to return. */
int bench_refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends the program: a case broke while it was being measured. */
void bench_fail(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));

/* Makes the compiler believe that `value` is used and memory is read. */
static inline void bench_keep(uintptr_t value)
{
    __asm__ volatile("" : : "r"(value) : "memory");
}

#endif
