/* SPDX-License-Identifier: BSD-2-Clause */
/* The checker: linked with one description, says what is wrong with it. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "emit.h"
#include "guest.h"
#include "host_output.h"
#include "model.h"
#include "objects.h"

#define EXIT_USAGE 2

/* Whose files have none is told so by this program, not by the linker. */
#pragma weak thimble_system

struct options {
    const struct board *board;
    void (*print)(const struct system *system, const struct described *d, FILE *file);
    const char *emit; /* folder */
    u64 seed;
};

static void print_help(FILE *file, const char *program)
{
    fprintf(file,
            "usage: %s [--board NAME] [--print | --json | --dot] [--emit FOLDER [--seed N]]\n"
            "       [--files FOLDERS] [--help]\n"
            "Checks the system description it is linked with. Without errors it prints\n"
            "nothing but warnings; with errors, a line for each, and exits with status 1.\n"
            "  -b, --board NAME  the board to place it on:",
            program);
    for (u32 i = 0; board_at(i) != NULL; i++) {
        fprintf(file, " %s%s", board_at(i)->name, i == 0 ? " (default)" : "");
    }
    fprintf(file, "\n"
                  "  -p, --print       memory map, threads, capability map, interrupts, bounds\n"
                  "  -j, --json        the same as JSON\n"
                  "  -d, --dot         cells and capabilities as a graph for Graphviz\n"
                  "  -e, --emit FOLDER writes there what the build of an ARM image takes\n"
                  "  -s, --seed N      what is random in the programs of that image (default 1)\n"
                  "  -f, --files FOLDERS where the files of regions are, with ':' between "
                  "(default .)\n"
                  "  -h, --help        this text\n");
}

static _Noreturn void usage(const char *program)
{
    print_help(stderr, program);
    exit(EXIT_USAGE);
}

static u64 seed_read(const char *program, const char *text)
{
    char *end;
    u64 seed = strtoull(text, &end, 10);

    if (end == text || *end != '\0') {
        fprintf(stderr, "%s: not a seed: \"%s\"\n", program, text);
        usage(program);
    }
    return seed;
}

static struct options parse(int argc, char **argv)
{
    static const struct option known[] = {
        {"board", required_argument, NULL, 'b'},
        {"print", no_argument, NULL, 'p'},
        {"json", no_argument, NULL, 'j'},
        {"dot", no_argument, NULL, 'd'},
        {"emit", required_argument, NULL, 'e'},
        {"seed", required_argument, NULL, 's'},
        {"files", required_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct options options = {.board = board_at(0), .seed = 1};
    int option;

    while ((option = getopt_long(argc, argv, "b:pjde:s:f:h", known, NULL)) != -1) {
        switch (option) {
        case 'b':
            options.board = board_find(optarg);
            if (options.board == NULL) {
                fprintf(stderr, "%s: no board \"%s\"\n", argv[0], optarg);
                usage(argv[0]);
            }
            break;
        case 'p':
            options.print = describe_print;
            break;
        case 'j':
            options.print = describe_json;
            break;
        case 'd':
            options.print = describe_graph;
            break;
        case 'e':
            options.emit = optarg;
            break;
        case 's':
            options.seed = seed_read(argv[0], optarg);
            break;
        case 'f':
            describe_files(optarg);
            break;
        case 'h':
            print_help(stdout, argv[0]);
            exit(EXIT_SUCCESS);
        default:
            usage(argv[0]);
        }
    }
    if (optind != argc) {
        fprintf(stderr, "%s: unexpected argument \"%s\"\n", argv[0], argv[optind]);
        usage(argv[0]);
    }
    return options;
}

/* On the simulated board the programs of all cells are linked in here too. (On others
 * the linker of each cell finds its program, or says that there is none.) */
static bool programs_there(const struct system *system)
{
    char suggestion[SUGGESTION_SIZE];
    struct nearest near;
    bool there = true;

    for (u32 i = 0; system->cells[i].name != NULL; i++) {
        const struct system_cell *cell = &system->cells[i];
        if (cell->program == NULL || sim_program_find(cell->program) != NULL) {
            continue;
        }
        nearest_start(&near, cell->program);
        for (u32 n = 0; sim_program_name(n) != NULL; n++) {
            nearest_offer(&near, NULL, sim_program_name(n));
        }
        nearest_text(&near, suggestion);
        fprintf(stderr,
                "error: system \"%s\": cells[%u] \"%s\": program: \"%s\": no PROGRAM(%s) is "
                "linked in%s\n",
                system->name, i, cell->name, cell->program, cell->program, suggestion);
        there = false;
    }
    return there;
}

/* Which of both would run follows from nothing that anybody has said. */
static bool programs_once(void)
{
    bool once = true;

    for (u32 n = 0; sim_program_name(n) != NULL; n++) {
        for (u32 before = 0; before < n; before++) {
            if (strcmp(sim_program_name(before), sim_program_name(n)) == 0) {
                fprintf(stderr, "error: PROGRAM(%s) is there twice: programs have names of their "
                                "own\n", sim_program_name(n));
                once = false;
            }
        }
    }
    return once;
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    struct described described;

    output_must_arrive();
    if (&thimble_system == NULL) {
        fprintf(stderr, "error: there is no description: none of the files has `const struct "
                        "system thimble_system`\n");
        return EXIT_FAILURE;
    }
    objects_load("thimble_system", &thimble_system);
    if (!describe_compile(&thimble_system, options.board, &described, stderr)) {
        return EXIT_FAILURE;
    }
    bool good = (options.board != board_at(0) || programs_there(&thimble_system)) &&
                programs_once();
    if (good && options.print != NULL) {
        options.print(&thimble_system, &described, stdout);
    }
    good = good && (options.emit == NULL || emit_image(&thimble_system, &described, options.emit,
                                                       options.seed));
    describe_free(&described);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
