# SPDX-License-Identifier: BSD-2-Clause
# Names of causes, by the numbers of core/abi.h.
function hypercall(cause) {
    split("call reply_recv recv signal wait poll irq_bind irq_ack yield version cap_copy cap_move " \
          "cap_revoke cap_delete region_derive region_map region_unmap window thread_stop " \
          "cell_restart cache_maintain", names, " ")
    return cause !~ /^svc/ ? cause : names[substr(cause, 4) + 1] == "" ? "no hypercall" : names[substr(cause, 4) + 1]
}
