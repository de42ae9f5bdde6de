/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cuts. These functions are entered from any state within the invariants, each in a run of its
 * own; their callers, in whatever file, see a function that demands the invariants and leaves
 * any state within them (cuts.c). So what is shown of each holds of all together. NAME_body()
 * is the core's function. The first token between the parentheses, a type or not, tells its
 * definition from a call.
 */
#ifndef CUTS_H
#define CUTS_H

#define schedule(first) schedule_##first)
#define schedule_struct schedule_body(struct
#define schedule_cpu (schedule)(cpu

#define interrupt_take(first) interrupt_take_##first)
#define interrupt_take_struct interrupt_take_body(struct
#define interrupt_take_cpu (interrupt_take)(cpu

#define hypercall_run(first, ...) hypercall_run_##first, __VA_ARGS__)
#define hypercall_run_struct hypercall_run_body(struct
#define hypercall_run_cpu (hypercall_run)(cpu

#define fault_send(first, ...) fault_send_##first, __VA_ARGS__)
#define fault_send_struct fault_send_body(struct
#define fault_send_cpu (fault_send)(cpu

#define fault_answer(first, ...) fault_answer_##first, __VA_ARGS__)
#define fault_answer_struct fault_answer_body(struct
#define fault_answer_cpu (fault_answer)(cpu

#define ipc_retry(first, ...) ipc_retry_##first, __VA_ARGS__)
#define ipc_retry_struct ipc_retry_body(struct
#define ipc_retry_cpu (ipc_retry)(cpu

#define thread_stop(first, ...) thread_stop_##first, __VA_ARGS__)
#define thread_stop_struct thread_stop_body(struct
#define thread_stop_cpu (thread_stop)(cpu

#define notification_signal(first, ...) notification_signal_##first, __VA_ARGS__)
#define notification_signal_struct notification_signal_body(struct
#define notification_signal_cpu (notification_signal)(cpu

#define sc_wake(first, ...) sc_wake_##first, __VA_ARGS__)
#define sc_wake_struct sc_wake_body(struct
#define sc_wake_cpu (sc_wake)(cpu

#define sc_block(first, ...) sc_block_##first, __VA_ARGS__)
#define sc_block_struct sc_block_body(struct
#define sc_block_cpu (sc_block)(cpu

#define sc_exhausted(first, ...) sc_exhausted_##first, __VA_ARGS__)
#define sc_exhausted_struct sc_exhausted_body(struct
#define sc_exhausted_cpu (sc_exhausted)(cpu

#define sc_expire(first) sc_expire_##first)
#define sc_expire_struct sc_expire_body(struct
#define sc_expire_cpu (sc_expire)(cpu

#define vcpu_stop(first, ...) vcpu_stop_##first, __VA_ARGS__)
#define vcpu_stop_struct vcpu_stop_body(struct
#define vcpu_stop_cpu (vcpu_stop)(cpu

#define vcpu_raise(first, ...) vcpu_raise_##first, __VA_ARGS__)
#define vcpu_raise_struct vcpu_raise_body(struct
#define vcpu_raise_cpu (vcpu_raise)(cpu

/* Which line it is does not matter; that there is one is what its callers have just asked
 * for. Of its text, WP shows the rest (lines.c). */
#define line_first(first, low, high) line_first_##first, low, high)
#define line_first_const line_first_body(const
#define line_first_v (line_first)(v

/* Not a cut: with its state loaded or not, one by one. */
#define vcpu_is_loaded(first) vcpu_is_loaded_##first)
#define vcpu_is_loaded_const vcpu_is_loaded_body(const
#define vcpu_is_loaded_v (vcpu_is_loaded)(v

/* Not a cut: it is only entered with one place at a time. */
#define deadline_set(first, ...) deadline_set_##first, __VA_ARGS__)
#define deadline_set_u32 deadline_set_body(u32
#define deadline_set_place (deadline_set)(place
#define deadline_set_sc (deadline_set)(sc

#define irq_silence(first) irq_silence_##first)
#define irq_silence_struct irq_silence_body(struct
#define irq_silence_irq (irq_silence)(irq
#define irq_silence_irq_at (irq_silence)(irq_at

#define region_unmap_step(first) region_unmap_step_##first)
#define region_unmap_step_u32 region_unmap_step_body(u32
#define region_unmap_step_region (region_unmap_step)(region
#define region_unmap_step_cap_object (region_unmap_step)(cap_object

#define region_map_step(first, ...) region_map_step_##first, __VA_ARGS__)
#define region_map_step_u32 region_map_step_body(u32
#define region_map_step_region (region_map_step)(region
#define region_map_step_cap_object (region_map_step)(cap_object

#define vcpu_line_release(first, ...) vcpu_line_release_##first, __VA_ARGS__)
#define vcpu_line_release_struct vcpu_line_release_body(struct
#define vcpu_line_release_v (vcpu_line_release)(v
#define vcpu_line_release_vcpu_at (vcpu_line_release)(vcpu_at

#define derivation_hypercall_copy(first) derivation_hypercall_copy_##first)
#define derivation_hypercall_copy_struct derivation_hypercall_copy_body(struct
#define derivation_hypercall_copy_cpu (derivation_hypercall_copy)(cpu

#define derivation_hypercall_move(first) derivation_hypercall_move_##first)
#define derivation_hypercall_move_struct derivation_hypercall_move_body(struct
#define derivation_hypercall_move_cpu (derivation_hypercall_move)(cpu

#define derivation_hypercall_revoke(first) derivation_hypercall_revoke_##first)
#define derivation_hypercall_revoke_struct derivation_hypercall_revoke_body(struct
#define derivation_hypercall_revoke_cpu (derivation_hypercall_revoke)(cpu

#define derivation_hypercall_delete(first) derivation_hypercall_delete_##first)
#define derivation_hypercall_delete_struct derivation_hypercall_delete_body(struct
#define derivation_hypercall_delete_cpu (derivation_hypercall_delete)(cpu

#define derivation_hypercall_window(first) derivation_hypercall_window_##first)
#define derivation_hypercall_window_struct derivation_hypercall_window_body(struct
#define derivation_hypercall_window_cpu (derivation_hypercall_window)(cpu

#define region_hypercall_derive(first) region_hypercall_derive_##first)
#define region_hypercall_derive_struct region_hypercall_derive_body(struct
#define region_hypercall_derive_cpu (region_hypercall_derive)(cpu

#define region_hypercall_map(first) region_hypercall_map_##first)
#define region_hypercall_map_struct region_hypercall_map_body(struct
#define region_hypercall_map_cpu (region_hypercall_map)(cpu

#define region_hypercall_unmap(first) region_hypercall_unmap_##first)
#define region_hypercall_unmap_struct region_hypercall_unmap_body(struct
#define region_hypercall_unmap_cpu (region_hypercall_unmap)(cpu

#define region_hypercall_maintain(first) region_hypercall_maintain_##first)
#define region_hypercall_maintain_struct region_hypercall_maintain_body(struct
#define region_hypercall_maintain_cpu (region_hypercall_maintain)(cpu

#define cell_hypercall_restart(first) cell_hypercall_restart_##first)
#define cell_hypercall_restart_struct cell_hypercall_restart_body(struct
#define cell_hypercall_restart_cpu (cell_hypercall_restart)(cpu

#define thread_hypercall_stop(first) thread_hypercall_stop_##first)
#define thread_hypercall_stop_struct thread_hypercall_stop_body(struct
#define thread_hypercall_stop_cpu (thread_hypercall_stop)(cpu

#define vcpu_hypercall(first, ...) vcpu_hypercall_##first, __VA_ARGS__)
#define vcpu_hypercall_struct vcpu_hypercall_body(struct
#define vcpu_hypercall_cpu (vcpu_hypercall)(cpu

#endif
