/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads what recorders wrote (target.h).
 *
 *   compare results FILE             the results that programs reported; whether they are right
 *   compare sequences FILE FILE THREADS
 *                                    the records of each of these threads ("all", or ",1,2,"), up
 *                                    to the end of the shorter: the same in both?
 *   compare pairs FILE               "hypercall error" of each error that a program reported
 *                                    as it should be, and for which the recorder saw that
 *                                    nothing had changed
 *   compare print FILE
 *
 * The last line is "tested N failed M".
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_output.h"
#include "target.h"

#define THREADS 256U
#define KINDS 10U

struct trail {
    const char *name;
    struct record *records;
    size_t count;
};

static const char *const kinds[KINDS] = {"nothing", "call", "reply", "fault", "hypercall",
                                         "woken",   "stop", "result", "stats", "end"};

static struct trail trail_read(const char *name)
{
    struct trail t = {.name = name};
    FILE *file = fopen(name, "rb");
    struct record r;
    size_t room = 0;

    if (file == NULL) {
        perror(name);
        exit(2);
    }
    while (fread(&r, sizeof(r), 1, file) == 1) {
        if (t.count == room) {
            room = 2 * room + 1024;
            t.records = realloc(t.records, room * sizeof(r));
            if (t.records == NULL) {
                abort();
            }
        }
        if (r.thread >= THREADS || r.kind >= KINDS) {
            fprintf(stderr, "%s: not a record\n", name);
            exit(2);
        }
        t.records[t.count++] = r;
    }
    fclose(file);
    if (t.count == 0 || t.records[t.count - 1].kind != RECORD_END || t.records[t.count - 1].a > 1) {
        fprintf(stderr, "%s: the run did not end as it should\n", name);
        exit(2);
    }
    return t;
}

static void record_print(const char *where, const struct record *r)
{
    printf("%s: thread %u: %s 0x%x 0x%x 0x%x\n", where, r->thread, kinds[r->kind], r->a, r->b,
           r->c);
}

/* One that is wrong. */
static void result_print(const char *where, const struct record *r)
{
    unsigned line = r->a & 0xffffU;

    if (line >= TARGET_WATCHED) {
        printf("%s: thread %u: hypercall %u, refused with %u, changed the state: %u words\n", where,
               r->thread, line - TARGET_WATCHED, r->a >> 16, r->b);
    } else {
        printf("%s: thread %u, line %u, case %u: 0x%x, not 0x%x\n", where, r->thread, line,
               r->a >> 16, r->b, r->c);
    }
}

/* Some cells count nothing, but not all. */
static int results(const struct trail *t)
{
    unsigned long counted = 0;
    unsigned tested = 0;
    unsigned failed = 0;

    for (size_t i = 0; i < t->count; i++) {
        const struct record *r = &t->records[i];
        if (r->kind == RECORD_RESULT) {
            tested++;
            counted++;
            if (r->b != r->c) {
                failed++;
                result_print(t->name, r);
            }
        } else if (r->kind == RECORD_STATS) {
            tested++;
            counted += r->a;
            if (r->b != 0) {
                failed++;
                printf("%s: cell %u: missed %u of %u\n", t->name, r->thread, r->b, r->a);
            }
        }
    }
    if (counted == 0) {
        printf("%s: nothing was reported\n", t->name);
        failed++;
    }
    printf("tested %u failed %u\n", tested, failed);
    return failed != 0;
}

static void pairs(const struct trail *t)
{
    uint32_t seen = 0;

    for (size_t i = 0; i < t->count; i++) {
        const struct record *r = &t->records[i];
        if (r->kind != RECORD_RESULT || r->b != r->c) {
            continue;
        }
        uint32_t number = r->a >> 16;
        if ((r->a & 0xffffU) >= TARGET_WATCHED) {
            seen = ((r->a & 0xffffU) - TARGET_WATCHED) << 16 | number;
        } else if (r->b != 0 && seen == (number << 16 | r->b)) {
            printf("%u %u\n", number, r->b);
            seen = 0;
        }
    }
}

/* The next record of the thread from *at on; false: there is none. */
static bool trail_next(const struct trail *t, unsigned thread, size_t *at, struct record *r)
{
    while (*at < t->count) {
        *r = t->records[(*at)++];
        if (r->thread == thread && r->kind <= RECORD_RESULT) {
            return true;
        }
    }
    return false;
}

/* How many of a thread's records are the same; *same: up to the end of one. */
static unsigned thread_compare(const struct trail *one, const struct trail *two, unsigned thread,
                               bool *same)
{
    size_t at_one = 0;
    size_t at_two = 0;
    unsigned count = 0;
    struct record a;
    struct record b;

    *same = true;
    while (trail_next(one, thread, &at_one, &a) && trail_next(two, thread, &at_two, &b)) {
        if (memcmp(&a, &b, sizeof(a)) != 0) {
            printf("thread %u: after %u records that are the same:\n", thread, count);
            record_print(one->name, &a);
            record_print(two->name, &b);
            *same = false;
            break;
        }
        count++;
    }
    return count;
}

static bool is_chosen(const char *threads, unsigned thread)
{
    char name[16];

    snprintf(name, sizeof(name), ",%u,", thread);
    return strcmp(threads, "all") == 0 || strstr(threads, name) != NULL;
}

static int sequences(const struct trail *one, const struct trail *two, const char *threads)
{
    unsigned tested = 0;
    unsigned failed = 0;
    unsigned compared = 0;

    for (unsigned thread = 0; thread < THREADS; thread++) {
        struct record r;
        size_t at_one = 0;
        size_t at_two = 0;
        bool in_one = trail_next(one, thread, &at_one, &r);
        bool in_two = trail_next(two, thread, &at_two, &r);
        if (!is_chosen(threads, thread)) {
            continue;
        }
        if (in_one != in_two) {
            printf("thread %u: only in %s\n", thread, in_one ? one->name : two->name);
            tested++;
            failed++;
        } else if (in_one) {
            bool same;
            unsigned count = thread_compare(one, two, thread, &same);
            tested++;
            failed += !same;
            compared += count;
        }
    }
    printf("compared %u records\ntested %u failed %u\n", compared, tested, failed);
    return failed != 0 || compared == 0;
}

static void print(const struct trail *t)
{
    for (size_t i = 0; i < t->count; i++) {
        record_print(t->name, &t->records[i]);
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 2 ? argv[1] : "";
    bool one = argc == 3;
    bool two = argc == 5 && strcmp(what, "sequences") == 0;

    output_must_arrive();
    if (!two && !(one && strcmp(what, "results") == 0) && !(one && strcmp(what, "pairs") == 0) &&
        !(one && strcmp(what, "print") == 0)) {
        fprintf(stderr, "usage: compare results FILE | pairs FILE | sequences FILE FILE THREADS | "
                        "print FILE\n");
        return 2;
    }
    struct trail t = trail_read(argv[2]);
    int status = 0;
    if (two) {
        struct trail other = trail_read(argv[3]);
        status = sequences(&t, &other, argv[4]);
        free(other.records);
    } else if (what[0] == 'r') {
        status = results(&t);
    } else if (strcmp(what, "pairs") == 0) {
        pairs(&t);
    } else {
        print(&t);
    }
    free(t.records);
    return status;
}
