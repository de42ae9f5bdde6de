# SPDX-License-Identifier: BSD-2-Clause
# Systems with VMs in QEMU, unattended: a conversation on the console of each
# (console.py), whose script is SYSTEM.console. Included by arm/arm.mk.
#
# The longest first. SYSTEM.KERNEL for other kernels than armmp; SYSTEM.max on QEMU's CPU that
# has everything: its Cortex-A15 and -A7 do not trap operations by set and way; SYSTEM.gic another
# conversation; SYSTEM.gic.alone that one with the board, without a hypervisor.
CHECK_VMS     ?= linux-rt two-linux linux-prio rtos-vm hostile-vms linux.rt-armmp linux.armmp-lpae linux uboot rtos-vm.max \
                 uboot.gic uboot.gic.alone
CHECK_VMS_OUT := build/arm/check-vms
CHECK_VM_RUNS := $(CHECK_VMS:%=check-vm-%)
check_vm_kernel = $(or $(filter-out max gic,$(word 2,$(subst ., ,$(1)))),armmp)
check_vm_script = $(or $(wildcard tests/vm/$(1:.alone=).console),tests/vm/$(call check_vm_system,$(1)).console)
check_vm_qemu   = $(if $(filter %.max,$(1)),$(subst cortex-a15,max,$(call qemu_of,virt)),$(call qemu_of,virt))
check_vm_needs  = check-vm-image-$(call check_vm_system,$(1)).$(call check_vm_kernel,$(1))
check_vm_alone  = -M virt,virtualization=off -bios build/guests/u-boot.bin
check_vm_boots  = $(if $(filter %.alone,$(1)),$(check_vm_alone),-kernel $(call check_vm_image,$(1)))
check_vm_image  = build/arm/virt/$(call check_vm_system,$(1))$(if $(filter-out armmp,$(call check_vm_kernel,$(1))),-$(call check_vm_kernel,$(1)))/thimble.elf
check_vm_system = $(firstword $(subst ., ,$(1)))

.PHONY: check-vms check-vm-runs $(CHECK_VM_RUNS)
check-vms: $(GUESTS_READY) ## guests in VMs: boot, commands, attacks, crashes; CHECK_VMS='linux ...'
	$(call need,qemu-system-arm python3)
	$(Q)mkdir -p $(CHECK_VMS_OUT)
	+$(Q)$(host_make) $(all_jobs) $(patsubst %,build/systems/%/describe,$(sort $(foreach run,$(CHECK_VMS),$(call check_vm_system,$(run)))))
	+$(Q)started=$$(date +%s); $(MAKE) -s -k --no-print-directory $(all_jobs) check-vm-runs && \
	    echo "[====] VMs: $(words $(CHECK_VMS)) conversations, all met | $$(($$(date +%s) - started)) s"
check-vm-runs: $(CHECK_VM_RUNS)
# An image is made once, however many conversations there are with it.
CHECK_VM_IMAGES := $(sort $(foreach run,$(filter-out %.alone,$(CHECK_VMS)),$(call check_vm_needs,$(run))))
.PHONY: $(CHECK_VM_IMAGES)
$(foreach run,$(filter-out %.alone,$(CHECK_VMS)),$(eval check-vm-$(run): $(call check_vm_needs,$(run))))
$(CHECK_VM_IMAGES): check-vm-image-%:
	+$(Q)$(MAKE) -s --no-print-directory BOARD=virt SYSTEM=$(basename $*) GUEST_KERNEL=$(patsubst .%,%,$(suffix $*)) DESCRIBED=1 \
	    image >$(CHECK_VMS_OUT)/$*.build 2>&1 || { echo "$*: no image:"; tail -n 20 $(CHECK_VMS_OUT)/$*.build; exit 1; }
# The log has what the guests said, and the reason if something did not come.
$(CHECK_VM_RUNS): check-vm-%:
	$(Q)CONSOLE_LOG=$(CHECK_VMS_OUT)/$*.log CONSOLE_NAME=$* python3 tests/vm/console.py $(call check_vm_script,$*) \
	    $(call check_vm_qemu,$*) -rtc clock=vm,base=2026-01-01 \
	    $(call check_vm_boots,$*)
