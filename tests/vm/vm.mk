# SPDX-License-Identifier: BSD-2-Clause
# Systems with VMs in QEMU, unattended: a conversation on the console of each
# (console.py), whose script is SYSTEM.console. Included by arm/arm.mk.
#
# The longest first. SYSTEM.KERNEL for other kernels than armmp; SYSTEM.max on QEMU's CPU that
# has everything: its Cortex-A15 and -A7 do not trap operations by set and way.
CHECK_VMS     ?= linux-rt two-linux linux-prio rtos-vm hostile-vms linux.rt-armmp linux.armmp-lpae linux uboot rtos-vm.max
CHECK_VMS_OUT := build/arm/check-vms
CHECK_VM_RUNS := $(CHECK_VMS:%=check-vm-%)
check_vm_kernel = $(or $(filter-out max,$(word 2,$(subst ., ,$(1)))),armmp)
check_vm_script = $(or $(wildcard tests/vm/$(1).console),tests/vm/$(call check_vm_system,$(1)).console)
check_vm_qemu   = $(if $(filter %.max,$(1)),$(subst cortex-a15,max,$(call qemu_of,virt)),$(call qemu_of,virt))
check_vm_system = $(firstword $(subst ., ,$(1)))

.PHONY: check-vms check-vm-runs $(CHECK_VM_RUNS)
check-vms: $(GUESTS_READY) ## guests in VMs: boot, commands, attacks, crashes; CHECK_VMS='linux ...'
	$(call need,qemu-system-arm python3)
	$(Q)mkdir -p $(CHECK_VMS_OUT)
	+$(Q)$(host_make) $(all_jobs) $(patsubst %,build/systems/%/describe,$(sort $(foreach run,$(CHECK_VMS),$(call check_vm_system,$(run)))))
	+$(Q)started=$$(date +%s); $(MAKE) -s -k --no-print-directory $(all_jobs) check-vm-runs && \
	    echo "[====] VMs: $(words $(CHECK_VMS)) conversations, all met | $$(($$(date +%s) - started)) s"
check-vm-runs: $(CHECK_VM_RUNS)
# The log has what the guests said, and the reason if something did not come.
$(CHECK_VM_RUNS): check-vm-%:
	+$(Q)$(MAKE) -s --no-print-directory BOARD=virt SYSTEM=$(call check_vm_system,$*) GUEST_KERNEL=$(call check_vm_kernel,$*) DESCRIBED=1 \
	    image >$(CHECK_VMS_OUT)/$*.build 2>&1 || { echo "$*: no image:"; tail -n 20 $(CHECK_VMS_OUT)/$*.build; exit 1; }
	$(Q)CONSOLE_LOG=$(CHECK_VMS_OUT)/$*.log CONSOLE_NAME=$* python3 tests/vm/console.py $(call check_vm_script,$*) \
	    $(call check_vm_qemu,$*) -rtc clock=vm,base=2026-01-01 \
	    -kernel build/arm/virt/$(call check_vm_system,$*)$(if $(filter-out armmp,$(call check_vm_kernel,$*)),-$(call check_vm_kernel,$*))/thimble.elf
