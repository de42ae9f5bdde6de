/* SPDX-License-Identifier: BSD-2-Clause */
/* Building a user's system: see build.h. */
#include "build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "findings.h"
#include "process.h"

/* The makefile says what Thimble's own sources are built with: TOOL_CC, TOOL_INCLUDES
 * (folders), TOOL_HEADERS (the compiler's own), TOOL_LIBS. User's sources are told what is
 * doubtful, but built all the same. */
#define WARNINGS                                                             \
    "-Wall -Wextra -Werror=overflow -Wno-unused-parameter "                  \
    "-Wno-missing-field-initializers -fno-diagnostics-show-caret "           \
    "-fdiagnostics-color=never -fmax-errors=10"
/* (DWARF 5: in lists of ranges as they were before, gcc's empty ones may read as the end.) */
#define HOST_FLAGS                                                     \
    "-std=gnu11 -O2 -gdwarf-5 -fno-pie -fno-optimize-sibling-calls "   \
    "-MMD -MP"

static void add_words(struct list *list, const char *words)
{
    char *copy = text("%s", words);
    char *rest = NULL;

    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        list_add(list, word);
    }
}

/* 0: it is not there. */
static struct timespec changed(const char *path)
{
    struct stat s;

    return stat(path, &s) == 0 ? s.st_mtim : (struct timespec){0};
}

static bool newer(struct timespec a, struct timespec b)
{
    return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

/* Is `made` there, by this very program, and none of what the compiler noted beside it is
 * newer? */
static bool current(const char *made, const char *dependencies)
{
    struct timespec when = changed(made);
    bool there = when.tv_sec != 0 && !newer(changed("/proc/self/exe"), when);
    const char *content = there ? text_of_file(dependencies) : NULL;
    const char *at = content != NULL ? strchr(content, ':') : NULL;

    if (at == NULL) {
        return false;
    }
    at++;
    /* One rule; "\ " is a space in a name, and "\" at the end of a line continues it. */
    while (*at != '\0' && *at != '\n') {
        char name[4096];
        size_t length = 0;
        while (*at == ' ' || (at[0] == '\\' && at[1] == '\n')) {
            at += *at == ' ' ? 1 : 2;
        }
        while (*at != '\0' && *at != ' ' && *at != '\n' && !(at[0] == '\\' && at[1] == '\n')) {
            at += at[0] == '\\' && at[1] == ' ';
            if (length < sizeof(name) - 1U) {
                name[length++] = *at;
            }
            at++;
        }
        name[length] = '\0';
        struct timespec source = length != 0 ? changed(name) : (struct timespec){0};
        if (length != 0 && (source.tv_sec == 0 || newer(source, when))) {
            return false;
        }
    }
    return true;
}

/* One build of a system at a time; it may run meanwhile. */
static int lock(const struct place *place)
{
    folder_make(place->cache);
    int file = open(text("%s/lock", place->cache), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0 || flock(file, LOCK_EX) != 0) {
        fail(STATUS_BAD, "%s: %s", place->cache, strerror(errno));
    }
    return file;
}

static void compile_arguments(const struct place *place, const char *source, const char *object,
                              struct list *arguments)
{
    struct list includes = {0};

    list_add(arguments, TOOL_CC);
    add_words(arguments, HOST_FLAGS);
    add_words(arguments, WARNINGS);
    add_words(&includes, TOOL_INCLUDES);
    for (size_t i = 0; i < includes.count; i++) {
        list_add(arguments, "-iquote");
        list_add(arguments, text("%s/%s", thimble_root(), includes.at[i]));
    }
    /* As for a target: no C library, and so none of its headers. */
    add_words(arguments, "-ffreestanding -fstack-usage");
    if (strcmp(TOOL_HEADERS, "") != 0) {
        add_words(arguments, "-nostdinc -isystem " TOOL_HEADERS);
    }
    list_add(arguments, "-c");
    list_add(arguments, "-o");
    list_add(arguments, object);
    list_add(arguments, text("%s/%s", place->folder, source));
}

/* False: it cannot be compiled, and it has been said why. */
static bool objects_make(const struct place *place, struct list *objects)
{
    size_t count = place->sources.count;
    struct process *jobs = calloc(count, sizeof(*jobs));
    size_t at_once = processors();
    size_t started = 0;
    bool good = true;

    if (jobs == NULL) {
        fail(STATUS_BAD, "no memory");
    }
    for (size_t i = 0; i < count; i++) {
        /* As many as there are processors; they are read, and so waited for, in order. */
        for (; started < count && started < i + at_once; started++) {
            const char *source = place->sources.at[started];
            const char *object = text("%s/%.*s.o", place->cache, (int)strlen(source) - 2, source);
            list_add(objects, object);
            if (!current(object, text("%.*s.d", (int)strlen(object) - 2, object))) {
                struct list arguments = {0};
                compile_arguments(place, source, object, &arguments);
                process_start(&jobs[started], &arguments, 1);
            }
        }
        int status = 0;
        while (jobs[i].id != 0 && process_read(&jobs[i], &status) == 0) {
        }
        if (jobs[i].output != NULL && jobs[i].size != 0) {
            findings_compiler(jobs[i].output, stderr);
        }
        if (status != 0) {
            (void)unlink(objects->at[i]);
            good = false;
        }
        free(jobs[i].output);
    }
    free(jobs);
    return good;
}

/* Cells have no C library and no writable statics: said before the linker looks for them. */
static void symbols_check(const struct place *place, const struct list *objects)
{
    const char *checked = text("%s/symbols", place->cache);
    struct timespec when = changed(checked);
    struct list arguments = {0};
    bool fresh = when.tv_sec != 0;

    list_add(&arguments, text("%s/user/scripts/cell_symbols.sh", thimble_root()));
    list_add(&arguments, "nm");
    for (size_t i = 0; i < objects->count; i++) {
        fresh = fresh && !newer(changed(objects->at[i]), when);
        list_add(&arguments, objects->at[i]);
    }
    if (fresh) {
        return;
    }
    if (process_run(&arguments) != 0) {
        exit(STATUS_BAD);
    }
    int file = open(checked, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0 || futimens(file, NULL) != 0 || close(file) != 0) {
        fail(STATUS_BAD, "%s: %s", checked, strerror(errno));
    }
}

/* The program of this name, of the objects and Thimble's own. */
static const char *link_with(const struct place *place, const struct list *objects,
                             const char *name, const char *own)
{
    const char *made = text("%s/%s", place->cache, name);
    const char *const libraries[] = {own, "build/user/libdescribe.a", "build/sim/libthimble.a"};
    struct list arguments = {0};
    struct timespec when = changed(made);
    /* A source that has gone, or come, changes this; its time says since when. */
    const char *list_file = text("%s.sources", made);
    char *sources = text("%s", "");
    bool fresh = when.tv_sec != 0;
    char *said;

    add_words(&arguments, TOOL_CC " -no-pie -o");
    list_add(&arguments, made);
    for (size_t i = 0; i < objects->count; i++) {
        fresh = fresh && !newer(changed(objects->at[i]), when);
        sources = text("%s%s\n", sources, objects->at[i]);
        list_add(&arguments, objects->at[i]);
    }
    for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
        const char *library = text("%s/%s", thimble_root(), libraries[i]);
        fresh = fresh && !newer(changed(library), when);
        list_add(&arguments, library);
    }
    const char *before = text_of_file(list_file);
    if (fresh && before != NULL && strcmp(before, sources) == 0) {
        return made;
    }
    add_words(&arguments, TOOL_LIBS);
    if (process_capture(&arguments, 1, &said) != 0) {
        findings_linker(said, stderr);
        exit(STATUS_BAD);
    }
    FILE *file = fopen(list_file, "w");
    if (file == NULL || fputs(sources, file) < 0 || fclose(file) != 0) {
        fail(STATUS_BAD, "%s: %s", list_file, strerror(errno));
    }
    return made;
}

static void objects_of(const struct place *place, struct list *objects)
{
    if (!objects_make(place, objects)) {
        exit(STATUS_BAD);
    }
    symbols_check(place, objects);
}

static const char *describe_link(const struct place *place, const struct list *objects)
{
    return link_with(place, objects, "describe", "build/user/describe/main.o");
}

const char *build_describe(const struct place *place)
{
    struct list objects = {0};
    int locked = lock(place);

    objects_of(place, &objects);
    const char *describe = describe_link(place, &objects);
    close(locked);
    return describe;
}

const char *build_run(const struct place *place)
{
    struct list objects = {0};
    struct list check = {0};
    char *said;
    int locked = lock(place);

    objects_of(place, &objects);
    const char *describe = describe_link(place, &objects);
    const char *run = link_with(place, &objects, "run", "build/sim/main.o");
    close(locked);
    list_add(&check, describe);
    list_add(&check, "--files");
    list_add(&check, place->folder);
    /* (The run says the warnings, too.) */
    if (process_capture(&check, 1, &said) != 0) {
        fputs(said, stderr);
        exit(STATUS_BAD);
    }
    return run;
}

/* ---- images ------------------------------------------------------------------------------*/

/* Of a make that this was called by. */
static const char *const make_variables[] = {"MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS"};

/* Makefiles take no spaces: links to all that lies beside the sources, by names without. */
static const char *links_make(const struct place *place)
{
    const char *folder = text("%s/source/%s", place->cache, name_plain(place->name));
    struct list command = {0};
    struct list files = {0};

    add_words(&command, "rm -rf");
    list_add(&command, text("%s/source", place->cache));
    if (process_run(&command) != 0) {
        exit(STATUS_BAD);
    }
    folder_make(folder);
    files_in(place->folder, "", &files);
    for (size_t i = 0; i < files.count; i++) {
        const char *link = text("%s/%s", folder, name_plain(files.at[i]));
        if (symlink(text("%s/%s", place->folder, files.at[i]), link) != 0 && errno != EEXIST) {
            fail(STATUS_BAD, "%s: %s", link, strerror(errno));
        }
    }
    findings_moved(folder, place->folder);
    return place->file ? text("%s/%s.c", folder, name_plain(place->name)) : folder;
}

void build_target(const struct place *place, const char *board, bool tracing,
                  const struct list *settings, struct target *target)
{
    const char *describe = build_describe(place);
    int locked = lock(place);
    struct list make = {0};

    target->folder = text("%s/arm-%s%s", place->cache, board, tracing ? "-tracing" : "");
    folder_make(target->folder);
    for (size_t i = 0; i < sizeof(make_variables) / sizeof(make_variables[0]); i++) {
        (void)unsetenv(make_variables[i]);
    }
    add_words(&make, "make -s --no-print-directory ARCH=arm DESCRIBED=1 -C");
    list_add(&make, thimble_root());
    list_add(&make, text("-j%zu", processors()));
    list_add(&make, text("BOARD=%s", board));
    list_add(&make, text("SYSTEM=%s", links_make(place)));
    list_add(&make, text("OUT=%s", target->folder));
    list_add(&make, text("DESCRIBE=%s", describe));
    if (tracing) {
        list_add(&make, "TRACING=1");
    }
    for (size_t i = 0; i < settings->count; i++) {
        list_add(&make, settings->at[i]);
    }
    target->status = process_capture(&make, 1, &target->said);
    close(locked);
}
