# SPDX-License-Identifier: BSD-2-Clause
# Tests on the target: images of the same objects with a recorder linked in, which ends
# QEMU by semihosting. Included by arm/arm.mk.

RECORD_WRAPS   := trace_record hypercall machine_panic machine_timer_set interrupt arm_threads_init arm_stop
RECORD_SOURCES := tests/target/record.c tests/target/record_arm.c
RECORD_OBJECTS := $(RECORD_SOURCES:tests/target/%.c=$(OUT)/record/%.o)

$(OUT)/record/%.o: tests/target/%.c $(GEN)/limits_config.h $(GEN)/board_config.h arm/arm.mk
	@echo "  CC      $<"
	$(Q)mkdir -p $(@D) && $(CROSS)gcc $(ARM_CFLAGS) $(KERNEL_INCLUDES) -iquote tests/target -iquote user/lib -MMD -MP -c -o $@ $<
$(OUT)/test.elf: $(KERNEL_OBJECTS) $(RECORD_OBJECTS) $(OUT)/tables.o $(OUT)/binaries.o arm/image.ld
	@echo "  LD      $@"
	$(Q)$(CROSS)gcc $(ARM_CFLAGS) -nostdlib -static -Wl,--gc-sections -Wl,--no-warn-rwx-segments \
	    -Wl,--defsym,ARM_IMAGE_ID=1 -Wl,--defsym,RAM_AT=$(RAM_AT) -Wl,--defsym,IMAGE_SIZE=$(IMAGE_SIZE) -Wl,--defsym,STACK_SIZE=$(STACK_SIZE) \
	    $(RECORD_WRAPS:%=-Wl,--wrap=%) -T arm/image.ld -o $@ $(filter %.o,$^) -lgcc
.PHONY: test-image
test-image: $(OUT)/test.elf

# The boards to test on, and the systems: all that target.sh names.
CHECK_BOARDS  ?= virt
CHECK_SYSTEMS := attacks pingpong gateway channel isolation drivers \
                 $(addprefix pattern-,badges emulate events handover timer window)
.PHONY: check
check: ## tests on the target, in QEMU: CHECK_BOARDS='virt ...'
	$(call need,qemu-system-arm)
	+$(Q)$(host_make) record-programs
	$(foreach board,$(CHECK_BOARDS),$(foreach system,$(CHECK_SYSTEMS),\
	    $(Q)$(MAKE) -s --no-print-directory BOARD=$(board) SYSTEM=$(system) test-image$(newline)))
	$(Q)tests/scripts/target.sh '$(CHECK_BOARDS)' $(foreach board,$(CHECK_BOARDS),'$(call qemu_of,$(board))')
qemu_of = qemu-system-arm $(QEMU_$(1)) -nographic -nic none -icount shift=0,sleep=off
define newline


endef
