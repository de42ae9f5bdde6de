# SPDX-License-Identifier: BSD-2-Clause
# Tests on the target: images of the same objects with a recorder linked in, which ends
# QEMU by semihosting. Included by arm/arm.mk.

RECORD_WRAPS   := trace_record hypercall hypercall_other ipc_call ipc_reply_recv machine_panic machine_timer_set interrupt arm_threads_init arm_idle_print arm_stop
RECORD_SOURCES := tests/target/record.c tests/target/record_arm.c
RECORD_OBJECTS := $(RECORD_SOURCES:tests/target/%.c=$(OUT)/record/%.o)

$(OUT)/record/%.o: tests/target/%.c $(GEN)/limits_config.h $(GEN)/board_config.h arm/arm.mk
	@echo "  CC      $<"
	$(Q)mkdir -p $(@D) && $(CROSS)gcc $(ARM_CFLAGS) $(KERNEL_INCLUDES) -iquote tests/target -iquote user/lib -MMD -MP -c -o $@ $<
$(OUT)/test.elf: $(KERNEL_OBJECTS) $(RECORD_OBJECTS) $(IMAGE_OBJECTS) $(OUT)/image.ld
	@echo "  LD      $@"
	$(Q)$(CROSS)gcc $(ARM_CFLAGS) -fno-lto -nostdlib -static -Wl,--gc-sections -Wl,--no-warn-rwx-segments \
	    -Wl,--defsym,ARM_IMAGE_ID=1 -Wl,--defsym,RAM_AT=$(RAM_AT) -Wl,--defsym,IMAGE_SIZE=$(IMAGE_SIZE) -Wl,--defsym,STACK_SIZE=$(STACK_SIZE) \
	    $(RECORD_WRAPS:%=-Wl,--wrap=%) -T $(OUT)/image.ld -o $@ $(filter %.o,$^) -lgcc
.PHONY: test-image
test-image: $(OUT)/test.elf

# The boards to test on, and the systems, of which target.sh knows what to do. The
# longest first.
CHECK_BOARDS  ?= $(BOARDS)
CHECK_SYSTEMS := attacks drivers isolation gateway channel errors exits pingpong sleep \
                 $(addprefix pattern-,badges emulate events handover timer window)
CHECK_PAIRS   := $(foreach system,$(CHECK_SYSTEMS),$(CHECK_BOARDS:%=%.$(system)))
CHECK_RUNS    := $(CHECK_PAIRS:%=check-run-%)
CHECK_OUT     := build/arm/check
# At once as many as there are CPUs, unless make was told how many.
JOBS          := $(shell nproc)
all_jobs       = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

.PHONY: check check-runs $(CHECK_RUNS)
check: ## tests on the target, in QEMU, on all boards, and guests in VMs on virt: CHECK_BOARDS='virt ...'
	$(if $(filter-out $(BOARDS),$(CHECK_BOARDS)),$(error CHECK_BOARDS=$(CHECK_BOARDS): there are $(BOARDS)))
	$(call need,qemu-system-arm)
	$(Q)rm -rf $(CHECK_OUT) && mkdir -p $(CHECK_OUT) && date +%s >$(CHECK_OUT)/started
	+$(Q)$(host_make) $(all_jobs) record-programs $(CHECK_SYSTEMS:%=build/systems/%/describe)
	+$(Q)$(MAKE) -s -k --no-print-directory $(all_jobs) check-runs || true
	$(Q)tests/scripts/target_sum.sh $(CHECK_OUT) '$(CHECK_BOARDS)' '$(CHECK_SYSTEMS)'
	+$(Q)$(if $(filter virt,$(CHECK_BOARDS)),$(MAKE) --no-print-directory $(all_jobs) check-vms,:)
check-runs: $(CHECK_RUNS)
# One system on one board: what is wrong is said at once, and the sum is taken later.
board_of  = $(firstword $(subst ., ,$(1)))
system_of = $(lastword $(subst ., ,$(1)))
qemu_of   = qemu-system-arm $(QEMU_$(1)) -nographic -nic none -icount shift=0,sleep=off
$(CHECK_RUNS): check-run-%:
	+$(Q)$(MAKE) -s --no-print-directory BOARD=$(call board_of,$*) SYSTEM=$(call system_of,$*) DESCRIBED=1 test-image >$(CHECK_OUT)/$*.log 2>&1 || \
	    { echo "$*: no image:"; tail -n 20 $(CHECK_OUT)/$*.log; exit 1; }
	$(Q)tests/scripts/target.sh $(call board_of,$*) $(call system_of,$*) build/arm/$(call board_of,$*)/$(call system_of,$*)$(ARM_VARIANT) \
	    $(SEED) $(CHECK_OUT)/$*.sum $(call qemu_of,$(call board_of,$*))

# One after the other, since some build the same images; each on all CPUs.
CHECK_ALL := check check-marks soak check-arm-boot check-seeing check-mistakes masked bench
.PHONY: check-all
check-all: ## check, check-marks, soak, check-arm-boot, check-seeing, check-mistakes, masked, and bench LIMITS=1
	+$(Q)for part in $(CHECK_ALL); do $(MAKE) --no-print-directory $(all_jobs) LIMITS=1 $$part || exit 1; done
