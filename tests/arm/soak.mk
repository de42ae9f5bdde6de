# SPDX-License-Identifier: BSD-2-Clause
# Soak on the target: the system tests/systems/soak, with kernel_check() after each entry
# into the core. Included by arm/arm.mk.
STEPS         ?= 100000
SOAK_WRAPS    := ipc_call ipc_reply_recv hypercall_other interrupt arm_fault arm_main machine_panic arm_stop
SOAK_OBJECTS   = $(OUT)/kernel/core/check.o $(OUT)/record/soak_arm.o
SOAK_IMAGE     = build/arm/virt/soak$(if $(filter-out 1,$(SEED)),-seed-$(SEED))/soak.elf

$(OUT)/soak.elf: STACK_SIZE := 0x1000
$(OUT)/soak.elf: $(KERNEL_OBJECTS) $(SOAK_OBJECTS) $(IMAGE_OBJECTS) $(OUT)/image.ld
	@echo "  LD      $@"
	$(Q)$(CROSS)gcc $(ARM_CFLAGS) $(LINK_TIME) -nostdlib -static -Wl,--gc-sections -Wl,--no-warn-rwx-segments \
	    -Wl,--defsym,ARM_IMAGE_ID=1 -Wl,--defsym,RAM_AT=$(RAM_AT) -Wl,--defsym,IMAGE_SIZE=$(IMAGE_SIZE) -Wl,--defsym,STACK_SIZE=$(STACK_SIZE) \
	    $(SOAK_WRAPS:%=-Wl,--wrap=%) -T $(OUT)/image.ld -o $@ $(filter %.o,$^) -lgcc
.PHONY: soak soak-image
soak-image: $(OUT)/soak.elf
soak: ## random hypercalls in QEMU, checked after each: STEPS=100000 SEED=1
	$(call need,qemu-system-arm)
	$(Q)$(MAKE) -s --no-print-directory BOARD=virt SYSTEM=soak soak-image
	$(Q)tests/arm/soak.sh '$(call qemu_of,virt)' $(SOAK_IMAGE) $(STEPS)
