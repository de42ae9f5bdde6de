/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: see options.h. */
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

#define CHOICES_MAX 24
#define COLUMN 22

static void usage_line(FILE *file, const struct command *c)
{
    fprintf(file, "usage: thimble %s%s%s%s\n", c->name, c->arguments[0] != '\0' ? " " : "",
            c->arguments, c->choices[0].name != NULL ? " [options]" : "");
}

static void help_choice(FILE *file, const char *option, const char *help)
{
    int column = fprintf(file, "  %s", option);

    for (const char *line = help; line != NULL && *line != '\0';) {
        int length = (int)strcspn(line, "\n");
        if (column + 1 > COLUMN && line == help) {
            fprintf(file, "\n%*s", COLUMN, "");
        } else {
            fprintf(file, "%*s", COLUMN - (line == help ? column : 0), "");
        }
        fprintf(file, "%.*s\n", length, line);
        line += length + (line[length] == '\n');
    }
}

static void help_command(FILE *file, const struct command *c)
{
    usage_line(file, c);
    fprintf(file, "%s\n%s%s\n", c->summary, c->detail, c->detail[0] != '\0' ? "\n" : "");
    for (const struct choice *o = c->choices; o->name != NULL; o++) {
        help_choice(file,
                    text("--%s%s%s", o->name, o->value != NULL ? " " : "",
                         o->value != NULL ? o->value : ""),
                    o->help);
    }
    help_choice(file, "--help", "this text");
}

void help_all(FILE *file)
{
    fprintf(file, "usage: thimble COMMAND [arguments] [options]\n"
                  "Systems of cells for the Thimble hypervisor: described, checked, run.\n\n");
    for (const struct command *c = commands; c->name != NULL; c++) {
        help_choice(file, text("%s %s", c->name, c->arguments), c->summary);
    }
    fprintf(file, "\n"
                  "PATH is a folder with a system.c, a .c file, or the name of a shipped system.\n"
                  "`thimble COMMAND --help` says more. Exit status: 0 good, 1 it went wrong,\n"
                  "2 wrong command line, 3 not as expected.\n");
}

static _Noreturn void wrong_option(const struct command *c, const char *given)
{
    char suggestion[SUGGESTION_SIZE];
    struct nearest near;

    nearest_start(&near, given);
    for (const struct choice *o = c->choices; o->name != NULL; o++) {
        nearest_offer(&near, NULL, text("--%s", o->name));
    }
    nearest_text(&near, suggestion);
    fail(STATUS_USAGE, "%s: no such option: %s%s; `thimble %s --help` has them", c->name, given,
         suggestion, c->name);
}

static void take(const struct choice *choice, const char *value)
{
    if (choice->flag != NULL) {
        *choice->flag = true;
    } else if (choice->word != NULL) {
        *choice->word = value;
    } else {
        list_add(choice->words, value);
    }
}

char **options_parse(const struct command *command, int argc, char **argv)
{
    struct option known[CHOICES_MAX + 2] = {{"help", no_argument, NULL, 'h'}};
    int count = 0;
    int found;

    while (count < CHOICES_MAX && command->choices[count].name != NULL) {
        const struct choice *c = &command->choices[count];
        known[++count] = (struct option){
            c->name, c->value != NULL ? required_argument : no_argument, NULL, 0};
    }
    opterr = 0;
    int index = 0;
    while ((found = getopt_long(argc, argv, ":", known, &index)) != -1) {
        if (found == 'h') {
            help_command(stdout, command);
            exit(STATUS_GOOD);
        }
        if (found == ':') {
            fail(STATUS_USAGE, "%s: %s: its value is missing", command->name, argv[optind - 1]);
        }
        if (found != 0) {
            wrong_option(command, argv[optind - 1]);
        }
        take(&command->choices[index - 1], optarg);
    }
    if (argc - optind < command->least || argc - optind > command->most) {
        usage_line(stderr, command);
        fail(STATUS_USAGE, "%s: %s; `thimble %s --help` says more", command->name,
             argc - optind < command->least ? "an argument is missing" :
                                              text("unexpected argument: %s",
                                                   argv[optind + command->most]),
             command->name);
    }
    return argv + optind;
}

/* ---- for the build -------------------------------------------------------------------*/

/* Text of a man page: '-' and '\' are no characters of their own there. */
static void man_text(const char *string)
{
    for (const char *c = string; *c != '\0'; c++) {
        if (*c == '-' || *c == '\\') {
            fputs(*c == '-' ? "\\-" : "\\e", stdout);
        } else if (c != string && c[-1] == '\n' && (*c == '.' || *c == '\'')) {
            printf("\\&%c", *c);
        } else {
            putchar(*c);
        }
    }
}

static void man_page(void)
{
    printf(".TH THIMBLE 1 \"\" \"Thimble\" \"User Commands\"\n.SH NAME\nthimble \\- systems of "
           "cells for the Thimble hypervisor: described, checked, run\n.SH SYNOPSIS\n.B "
           "thimble\nCOMMAND [arguments] [options]\n.SH DESCRIPTION\nPATH is a folder with a "
           "system.c, a .c file, or the name of a shipped system.\n.SH COMMANDS\n");
    for (const struct command *c = commands; c->name != NULL; c++) {
        printf(".SS thimble %s ", c->name);
        man_text(c->arguments);
        printf("\n");
        man_text(c->summary);
        printf("\n.PP\n");
        man_text(c->detail);
        printf("\n");
        for (const struct choice *o = c->choices; o->name != NULL; o++) {
            printf(".TP\n.B \\-\\-");
            man_text(o->name);
            printf(" %s\n", o->value != NULL ? o->value : "");
            man_text(o->help);
            printf("\n");
        }
    }
    printf(".SH EXIT STATUS\n0 good; 1 it went wrong; 2 the command line is wrong; 3 done, but not "
           "as expected; 128 and more: ended by a signal.\n");
}

/* Names that follow, by the command given before. */
static void completion_cases(void)
{
    for (const struct command *c = commands; c->name != NULL; c++) {
        printf("        %s) words='", c->name);
        for (const struct choice *o = c->choices; o->name != NULL; o++) {
            printf("--%s ", o->name);
        }
        printf("--help' ;;\n");
    }
}

static void completion(void)
{
    printf("# bash completion of thimble, made by `thimble --generate completion`\n"
           "_thimble()\n{\n"
           "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words='");
    for (const struct command *c = commands; c->name != NULL; c++) {
        printf("%s ", c->name);
    }
    printf("--help --version'\n"
           "    elif [ \"$prev\" = --board ]; then\n"
           "        words=$(\"${COMP_WORDS[0]}\" --generate boards)\n"
           "    elif [[ $cur == -* ]]; then\n"
           "        case ${COMP_WORDS[1]} in\n");
    completion_cases();
    printf("        esac\n"
           "    else\n"
           "        words=$(\"${COMP_WORDS[0]}\" --generate systems)\n"
           "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
           "    fi\n"
           "    COMPREPLY+=($(compgen -W \"$words\" -- \"$cur\"))\n"
           "}\ncomplete -o filenames -F _thimble thimble\n");
}

bool generate(const char *what)
{
    if (strcmp(what, "man") == 0) {
        man_page();
    } else if (strcmp(what, "completion") == 0) {
        completion();
    } else {
        return false;
    }
    return true;
}
