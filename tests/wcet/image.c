/* SPDX-License-Identifier: BSD-2-Clause */
/* The image, from objdump -d, and from addr2line -a -f -i of all addresses: see wcet.h. */
#include "wcet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 65536U /* half words of text */
#define LINE_SIZE 1024U
#define FILES 256U

static struct insn insns[SLOTS];
static uint8_t data[2U * SLOTS];
static bool is_data[2U * SLOTS];
static const char *symbols[SLOTS];
static uint32_t base;

static uint32_t slot_of(uint32_t at)
{
    return (at - base) / 2U < SLOTS ? (at - base) / 2U : SLOTS - 1U;
}

const struct insn *image_insn(uint32_t at)
{
    const struct insn *insn = &insns[slot_of(at)];

    return insn->size != 0 && insn->at == at ? insn : NULL;
}

const char *image_symbol(uint32_t at)
{
    return symbols[slot_of(at)];
}

uint32_t image_address(const char *symbol)
{
    for (uint32_t i = 0; i < SLOTS; i++) {
        if (symbols[i] != NULL && strcmp(symbols[i], symbol) == 0) {
            return base + 2U * i;
        }
    }
    return 0;
}

/* ---- what an instruction does ----------------------------------------------------- */

/* `name` is `stem` with a condition, or without. */
static bool is_op(const char *name, const char *stem, bool *conditional)
{
    static const char conditions[] = " eq ne cs cc hs lo mi pl vs vc hi ls ge lt gt le ";
    size_t length = strlen(stem);
    char condition[5] = " ";

    if (strncmp(name, stem, length) != 0) {
        return false;
    }
    *conditional = name[length] != '\0';
    if (!*conditional) {
        return true;
    }
    if (strlen(name) != length + 2U) {
        return false;
    }
    memcpy(condition + 1, name + length, 3);
    condition[3] = ' ';
    return strstr(conditions, condition) != NULL;
}

static bool is_any_op(const char *name, const char *const *stems, bool *conditional)
{
    for (; *stems != NULL; stems++) {
        if (is_op(name, *stems, conditional)) {
            return true;
        }
    }
    return false;
}

static uint32_t target_of(const char *operands)
{
    const char *comma = strrchr(operands, ',');

    return (uint32_t)strtoul(comma != NULL ? comma + 1 : operands, NULL, 16);
}

/* BX lr, MOV pc, lr, POP {..., pc}, LDM sp!, {..., pc}, LDR pc, [sp], #4. */
static bool is_return(const char *name, const char *operands, bool *conditional)
{
    static const char *const loads[] = {"pop", "ldmia", "ldmfd", "ldm", NULL};

    if (is_op(name, "bx", conditional)) {
        return strcmp(operands, "lr") == 0;
    }
    if (is_op(name, "mov", conditional)) {
        return strcmp(operands, "pc, lr") == 0;
    }
    if (is_op(name, "ldr", conditional)) {
        return strncmp(operands, "pc, [sp]", 8) == 0;
    }
    return is_any_op(name, loads, conditional) && strstr(operands, "pc}") != NULL &&
           (name[0] == 'p' || strncmp(operands, "sp!", 3) == 0);
}

/* What writes pc, and is no jump or call to a label. */
static void decode_indirect(struct insn *insn, const char *name, const char *operands)
{
    bool conditional = false;

    if (is_return(name, operands, &conditional)) {
        insn->kind = KIND_RETURN;
    } else if (is_op(name, "ldr", &conditional) && strncmp(operands, "pc, [", 5) == 0) {
        insn->kind = KIND_TABLE;
    } else if (is_op(name, "bx", &conditional) || is_op(name, "blx", &conditional) ||
               strstr(operands, "pc}") != NULL ||
               (strncmp(operands, "pc,", 3) == 0 && strncmp(name, "cmp", 3) != 0)) {
        insn->kind = name[0] == 's' ? KIND_PLAIN : KIND_UNKNOWN;
    } else {
        return;
    }
    insn->conditional = conditional;
}

static void decode(struct insn *insn, const char *name, const char *operands)
{
    static const char *const calls[] = {"bl", "blx", NULL};
    static const char *const ends[] = {"eret", "wfi", "cpsie", "smc", "svc", "hvc", NULL};
    bool conditional = false;

    insn->kind = KIND_PLAIN;
    if (is_op(name, "b", &conditional) || is_op(name, "cbz", &conditional) ||
        is_op(name, "cbnz", &conditional)) {
        insn->kind = KIND_JUMP;
        insn->conditional = conditional || name[0] == 'c';
        insn->target = target_of(operands);
    } else if (is_any_op(name, calls, &conditional) && target_of(operands) >= base) {
        insn->kind = KIND_CALL;
        insn->conditional = conditional;
        insn->target = target_of(operands);
    } else if (is_op(name, "tbb", &conditional) || is_op(name, "tbh", &conditional)) {
        insn->kind = KIND_TABLE;
    } else if (is_op(name, "mrc", &conditional) && strstr(operands, "cr12, cr1, {0}") != NULL) {
        insn->kind = KIND_LOOK;
    } else if (is_any_op(name, ends, &conditional)) {
        insn->kind = name[0] == 's' || name[0] == 'h' ? KIND_UNKNOWN : KIND_STOP;
    } else if (is_op(name, "udf", &conditional)) {
        insn->kind = KIND_NEVER;
    } else {
        decode_indirect(insn, name, operands);
    }
}

/* ---- reading ----------------------------------------------------------------------- */

static void read_data(uint32_t at, const char *name, const char *operands)
{
    uint32_t value = (uint32_t)strtoul(operands, NULL, 16);
    uint32_t size = strcmp(name, ".word") == 0 ? 4U : strcmp(name, ".short") == 0 ? 2U : 1U;

    for (uint32_t i = 0; i < size && at - base + i < sizeof(data); i++) {
        data[at - base + i] = (uint8_t)(value >> 8U * i);
        is_data[at - base + i] = true;
    }
}

static uint32_t digits_of(const char *raw)
{
    uint32_t count = 0;

    for (; *raw != '\t'; raw++) {
        count += *raw != ' ';
    }
    return count;
}

/* "ADDRESS:\tRAW\tNAME\tOPERANDS"; of names ".n" and ".w" are left out. */
static void read_insn(char *line)
{
    uint32_t at = (uint32_t)strtoul(line, NULL, 16);
    const char *raw = strchr(line, '\t');
    char *name = raw != NULL ? strchr(raw + 1, '\t') : NULL;

    if (name == NULL) {
        return;
    }
    name++;
    size_t length = strcspn(name, "\t");
    char *operands = name[length] != '\0' ? name + length + 1 : name + length;
    name[length] = '\0';
    operands[strcspn(operands, "@;<")] = '\0';
    for (size_t end = strlen(operands); end != 0 && operands[end - 1U] == ' '; end--) {
        operands[end - 1U] = '\0';
    }
    if (name[0] == '.') {
        read_data(at, name, operands);
        return;
    }
    char *dot = strchr(name, '.');
    if (dot != NULL && (strcmp(dot, ".n") == 0 || strcmp(dot, ".w") == 0)) {
        *dot = '\0';
    }
    if ((at - base) / 2U >= SLOTS) {
        die("text is larger than this was made for");
    }
    struct insn *insn = &insns[slot_of(at)];
    size_t text_size = strlen(name) + strlen(operands) + 2U;
    char *text = allocate(text_size);
    snprintf(text, text_size, "%s %s", name, operands);
    insn->text = text;
    insn->at = at;
    insn->size = digits_of(raw + 1) / 2U;
    decode(insn, name, operands);
}

static void read_disassembly(const char *file)
{
    FILE *in = fopen(file, "r");
    char line[LINE_SIZE];

    if (in == NULL) {
        die("%s: cannot be read", file);
    }
    while (fgets(line, sizeof(line), in) != NULL) {
        char *name = strchr(line, '<');
        line[strcspn(line, "\n")] = '\0';
        size_t digits = strspn(line, "0123456789abcdef");
        if (digits == 8U && line[8] == ' ' && name != NULL) {
            uint32_t at = (uint32_t)strtoul(line, NULL, 16);
            base = base == 0 ? at : base;
            name[strcspn(name, ">")] = '\0';
            symbols[slot_of(at)] = strdup(name + 1);
        } else if (digits != 0 && line[digits] == ':') {
            read_insn(line);
        }
    }
    (void)fclose(in);
}

/* "0xADDRESS", then for each frame a line with the function and one with FILE:LINE. */
static void read_lines(const char *file)
{
    FILE *in = fopen(file, "r");
    char line[LINE_SIZE];
    char place[LINE_SIZE];
    struct insn *insn = NULL;
    struct frame frames[32];

    if (in == NULL) {
        die("%s: cannot be read", file);
    }
    while (fgets(line, sizeof(line), in) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "0x", 2) == 0) {
            insn = &insns[slot_of((uint32_t)strtoul(line, NULL, 16))];
            continue;
        }
        if (insn == NULL || fgets(place, sizeof(place), in) == NULL || insn->frame_count == 32U) {
            continue;
        }
        char *colon = strrchr(place, ':');
        if (colon == NULL) {
            continue;
        }
        *colon = '\0';
        memcpy(frames, insn->frames, insn->frame_count * sizeof(frames[0]));
        frames[insn->frame_count++] = (struct frame){
            .function = strdup(line),
            .file = strdup(place),
            .line = (uint32_t)strtoul(colon + 1, NULL, 10),
        };
        struct frame *kept = allocate(insn->frame_count * sizeof(frames[0]));
        memcpy(kept, frames, insn->frame_count * sizeof(frames[0]));
        insn->frames = kept;
    }
    (void)fclose(in);
}

void image_read(const char *disassembly, const char *lines)
{
    static const struct frame nothing[1];

    for (uint32_t i = 0; i < SLOTS; i++) {
        insns[i].frames = nothing;
    }
    read_disassembly(disassembly);
    read_lines(lines);
}

/* ---- tables ------------------------------------------------------------------------ */

/* The instruction before `insn` that begins with `text`, within its table's preparation. */
static const struct insn *insn_before(const struct insn *insn, const char *text)
{
    for (uint32_t back = 2; back <= 24U; back += 2U) {
        const struct insn *before = image_insn(insn->at - back);
        if (before != NULL && strncmp(before->text, text, strlen(text)) == 0) {
            return before;
        }
    }
    return NULL;
}

static uint32_t data_read(uint32_t at, uint32_t size)
{
    uint32_t value = 0;

    for (uint32_t i = size; i-- > 0;) {
        if (at - base + i >= sizeof(data) || !is_data[at - base + i]) {
            return 0;
        }
        value = value << 8 | data[at - base + i];
    }
    return value;
}

/* TBB [pc, rX], TBH [pc, rX, lsl #1], LDR pc, [rA, rX, lsl #2] with rA from ADR. The length
 * of the table is in the comparison before it: CMP rX, #N; BHI. And a veneer, LDR pc,
 * [pc, #-4] in ARM state, whose only entry comes behind it. */
uint32_t image_table(const struct insn *insn, uint32_t *targets, uint32_t most)
{
    uint32_t size = insn->text[0] == 'l' ? 4U : insn->text[2] == 'h' ? 2U : 1U;
    uint32_t table = insn->at + 4U;
    char text[64];

    if (strstr(insn->text, "pc, [pc, #-4]") != NULL) {
        targets[0] = data_read(table, 4U) & ~1U;
        return 1;
    }
    const char *first = strchr(insn->text, '[') + 1;
    const char *index = strchr(first, ' ') + 1;
    snprintf(text, sizeof(text), "cmp %.*s, #", (int)strcspn(index, ",]"), index);
    const struct insn *compare = insn_before(insn, text);
    if (compare == NULL) {
        return 0;
    }
    uint32_t length = 1U + (uint32_t)strtoul(strchr(compare->text, '#') + 1, NULL, 0);
    if (size == 4U) {
        snprintf(text, sizeof(text), "add %.*s, pc, #", (int)strcspn(first, ","), first);
        const struct insn *address = insn_before(insn, text);
        if (address == NULL) {
            return 0;
        }
        table =
            ((address->at + 4U) & ~3U) + (uint32_t)strtoul(strchr(address->text, '#') + 1, NULL, 0);
    }
    for (uint32_t i = 0; i < length && i < most; i++) {
        uint32_t entry = data_read(table + i * size, size);
        targets[i] = size == 4U ? entry & ~1U : table + 2U * entry;
    }
    return length <= most ? length : 0;
}

/* ---- sources ------------------------------------------------------------------------- */

static struct source {
    char *name;
    char **lines;
    uint32_t count;
} sources[FILES];

static void source_read(struct source *s, const char *file)
{
    FILE *in = fopen(file, "r");
    char line[LINE_SIZE];

    s->name = strdup(file);
    while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
        if (s->count % 256U == 0) {
            s->lines = realloc(s->lines, (s->count + 256U) * sizeof(*s->lines));
        }
        line[strcspn(line, "\n")] = '\0';
        s->lines[s->count++] = strdup(line);
    }
    if (in != NULL) {
        (void)fclose(in);
    }
}

const char *source_line(const char *file, uint32_t line)
{
    struct source *s = sources;

    for (; s < sources + FILES && s->name != NULL; s++) {
        if (strcmp(s->name, file) == 0) {
            break;
        }
    }
    if (s == sources + FILES) {
        die("too many source files");
    }
    if (s->name == NULL) {
        source_read(s, file);
    }
    return line - 1U < s->count ? s->lines[line - 1U] : "";
}
