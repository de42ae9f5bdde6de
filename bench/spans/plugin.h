/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's interface for plugins, version 1: what of it is used here. (Debian has no header of
 * it.) */
#ifndef BENCH_SPANS_PLUGIN_H
#define BENCH_SPANS_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void tb_translated(uint64_t id, struct qemu_plugin_tb *tb);
typedef void executed(unsigned int cpu, void *data);
typedef void ends(uint64_t id, void *data);
#define NO_REGISTERS 0

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, tb_translated *function);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, executed *function,
                                          int registers, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, executed *function,
                                            int registers, void *data);
/* QEMU_PLUGIN_INLINE_ADD_U64 */
#define INLINE_ADD 0
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int operation,
                                                void *to, uint64_t value);
void qemu_plugin_register_atexit_cb(uint64_t id, ends *function, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);

#define EXPORT __attribute__((visibility("default")))
extern EXPORT int qemu_plugin_version;
EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

#endif
