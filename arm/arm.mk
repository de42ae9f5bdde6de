# SPDX-License-Identifier: BSD-2-Clause
# ARCH=arm: images for boards, and QEMU to run them. Everything of one system on one
# board is built in build/arm/BOARD/SYSTEM.
BOARD   ?= virt
SYSTEM  ?= pingpong
ARM_OPT ?= -Os
CROSS   ?= arm-none-eabi-
BOARDS  := $(patsubst arm/boards/%.h,%,$(wildcard arm/boards/*.h))
SYSTEMS := $(notdir $(patsubst %/system.c,%,$(wildcard user/systems/*/system.c)))
TEST_SYSTEMS := $(notdir $(patsubst %/system.c,%,$(wildcard tests/systems/*/system.c)))
include user/guests/guests.mk
SEED    ?= 1
Q       := $(if $(V),,@)
comma   := ,

# Goals for which no image is looked at.
WITHOUT_IMAGE := all guests help help-all clean check check-all check-vms check-vm-% check-reported check-seeing check-mistakes check-runs check-run-% check-arm-boot bench bench-baseline bench-counts bench-latency bench-network bench-latency-image bench-latency-alone bench-latency-load soak masked calibrate check-calibration cal-measure deadlines wcet wcet-short wcet-report wcet-found-%
NEEDS_IMAGE   := $(filter-out $(WITHOUT_IMAGE),$(or $(MAKECMDGOALS),image))

ifeq ($(filter $(BOARD),$(BOARDS)),)
$(error BOARD=$(BOARD): no such board; there are $(BOARDS))
endif
ifneq ($(filter-out help help-all clean,$(or $(MAKECMDGOALS),image)),)
ifeq ($(shell command -v $(CROSS)gcc),)
$(error $(CROSS)gcc is missing: run `make bootstrap`)
endif
endif
OUTSIDE := $(findstring /,$(SYSTEM))$(filter %.c,$(SYSTEM))
ifeq ($(OUTSIDE),)
$(if $(filter $(SYSTEM),$(SYSTEMS) $(TEST_SYSTEMS)),,$(error SYSTEM=$(SYSTEM): no such system; there are $(SYSTEMS), or give a .c file, or a folder with a system.c))
SYSTEM_NAME    := $(SYSTEM)
SYSTEM_SOURCES := $(filter-out %/system.c,$(wildcard $(addprefix $(wildcard user/systems/$(SYSTEM) tests/systems/$(SYSTEM)),/*.c /arm/*.c /arm/*.S)))
DESCRIBE       := build/systems/$(SYSTEM)/describe
else
SYSTEM_NAME    := $(basename $(notdir $(SYSTEM:%/=%)))
SYSTEM_SOURCES := $(if $(filter %.c,$(SYSTEM)),$(SYSTEM),$(filter-out %/system.c,$(wildcard $(addprefix $(SYSTEM),/*.c /arm/*.c /arm/*.S))))
$(if $(wildcard $(if $(filter %.c,$(SYSTEM)),$(SYSTEM),$(SYSTEM)/system.c)),,$(error SYSTEM=$(SYSTEM): no such file, or no folder with a system.c))
# Guests' files may lie beside it.
SYSTEM_FILES   := $(patsubst %/,%,$(if $(filter %.c,$(SYSTEM)),$(dir $(SYSTEM)),$(SYSTEM))):
DESCRIBE       := build/outside/$(SYSTEM_NAME)/describe
# A file of the same name in another folder is another system.
SOURCE_CHANGED := build/outside/$(SYSTEM_NAME)/source
$(SOURCE_CHANGED): $(DESCRIBE) ;
endif

# What is not the default builds in a folder of its own.
ARM_VARIANT := $(if $(and $(filter $(SYSTEM),$(VM_SYSTEMS)),$(filter-out armmp,$(GUEST_KERNEL))),-$(GUEST_KERNEL))$(if $(filter none,$(PRINT)),-print-none)$(if $(TRACING),-tracing)$(if $(filter-out 1,$(SEED)),-seed-$(SEED))$(if $(filter-out -Os,$(ARM_OPT)),$(ARM_OPT))
.DEFAULT_GOAL := image
OUT := build/arm/$(BOARD)/$(if $(OUTSIDE),outside-)$(SYSTEM_NAME)$(ARM_VARIANT)
GEN := $(OUT)/generated
# Of this make: another may make the same at the same time.
GEN_NEW := $(GEN).$(shell echo $$PPID)

# ---- boards ------------------------------------------------------------------------
# How QEMU makes each of them; everything else is in arm/boards/BOARD.h.
QEMU_virt           := -M virt,virtualization=on,dtb-randomness=off -cpu cortex-a15 -m 512
QEMU_vexpress-a15   := -M vexpress-a15 -m 512
# (Its counter runs at 24 MHz on hardware.)
QEMU_orangepi-pc    := -M orangepi-pc -global cortex-a7-arm-cpu.cntfrq=24000000
# Its sound devices are not asked for.
export QEMU_AUDIO_DRV := none
QEMU_MACHINE := qemu-system-arm $(QEMU_$(BOARD)) -nic none -icount shift=0,sleep=off
QEMU := $(QEMU_MACHINE) -nographic

ARM_CPU     := -march=armv7ve -mtune=cortex-a15 -mthumb
ARM_WARN    := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef \
               -Wpointer-arith -Wwrite-strings -Wvla -Wconversion
ARM_CFLAGS   = -std=gnu11 $(ARM_OPT) -g $(ARM_CPU) -mfloat-abi=soft -ffreestanding -fno-common \
               -ffunction-sections -fdata-sections -fno-tree-loop-distribute-patterns \
               -fno-unwind-tables -fno-asynchronous-unwind-tables $(ARM_WARN)
# TRACING=1: from the start, into a ring that holds some milliseconds.
TRACE_EVENTS := 32768
ARM_TRACING  := $(if $(TRACING),-DTRACE_EVENTS=$(TRACE_EVENTS)U)
KERNEL_INCLUDES := $(ARM_TRACING) $(addprefix -iquote ,$(GEN) core arm arm/include)
CELL_INCLUDES   := $(addprefix -iquote ,core user/arm user user/lib user/describe arm arm/include tests/target)

STACK_SIZE := 0x400

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.PHONY: all image run help help-all clean FORCE
need = @for tool in $(1); do command -v $$tool >/dev/null || \
           { echo "$$tool is missing: run \`make bootstrap\`" >&2; exit 1; }; done

image: $(addprefix $(OUT)/thimble.,elf img uimg) ## the image of SYSTEM for BOARD (default)
	@:

# The checkers, built for the host by the simulator's rules: with none of this
# build's settings. One make at a time works in that folder.
host_make = mkdir -p build/arm && flock build/arm/host.lock $(MAKE) -s --no-print-directory \
            ARCH=sim CC=gcc OPT=-O2 SAN= COVERAGE= PRINT= TRACE= SYSTEM=$(SYSTEM)

# Not what needs devices of the simulator alone, as its description says. VMs take what has
# been fetched.
SYSTEMS_SIMULATED := $(patsubst user/systems/%/system.c,%,$(shell grep -lE '\.simulated *= *true' user/systems/*/system.c))
SYSTEMS_HERE := $(filter-out $(SYSTEMS_SIMULATED) $(if $(wildcard $(GUESTS)/initrds),,$(VM_SYSTEMS)),$(SYSTEMS))
.PHONY: describe-all $(SYSTEMS_HERE:%=image-%)
all: $(SYSTEMS_HERE:%=image-%) ## the images of all systems for BOARD
describe-all:
	+$(Q)$(host_make) $(SYSTEMS_HERE:%=build/systems/%/describe)
$(SYSTEMS_HERE:%=image-%): image-%: describe-all
	$(Q)$(MAKE) --no-print-directory SYSTEM=$* DESCRIBED=1 image

# The description becomes sources, each time: they follow from the files that it names, too,
# which may have grown. What has not changed stays as old as it is.
$(DESCRIBE): $(if $(DESCRIBED),,FORCE)
	+$(Q)$(host_make) $@
GENERATED := $(addprefix $(GEN)/,cells.mk tables.c binaries.S limits_config.h board_config.h)
$(GEN)/emitted: $(DESCRIBE) arm/arm.mk FORCE $(if $(filter $(SYSTEM),$(VM_FETCHED)),$(GUESTS_READY))
	$(Q)rm -rf $(GEN_NEW) && mkdir -p $(GEN_NEW) $(GEN) && $(DESCRIBE) --board $(BOARD) --emit $(GEN_NEW) --seed $(SEED) \
	    --files $(SYSTEM_FILES)$(GUESTS)/$(GUEST_KERNEL):$(GUESTS):.
	$(Q)printf '#include "boards/$(BOARD).h"\n#define board $(subst -,_,$(BOARD))\n' >$(GEN_NEW)/board_config.h
	$(Q)sed -i 's|$(GEN_NEW)|$(GEN)|g' $$(ls -d $(GEN_NEW)/* | grep -v '\.config$$')
	$(Q)for file in $(GEN_NEW)/*; do cmp -s $$file $(GEN)/$${file##*/} || \
	    { mv $$file $(GEN)/$${file##*/} && rm -f $@; }; done && rm -r $(GEN_NEW) && { [ -e $@ ] || touch $@; }
$(GENERATED): $(GEN)/emitted ;
# CELLS, PROGRAM_CELL; of the board: UART, RAM_AT, IMAGE_SIZE, TICKS_PER_MS.
ifneq ($(NEEDS_IMAGE),)
include $(GEN)/cells.mk
endif

$(GEN)/%.dts: $(GEN)/emitted ;
$(GEN)/%.dtb: $(GEN)/%.dts
	$(call need,dtc)
	@echo "  DTC     $@"
	$(Q)dtc -q -I dts -O dtb -o $@ $<

# ---- cells ---------------------------------------------------------------------
CELL_SOURCES := $(SYSTEM_SOURCES) $(if $(GUESTS_HERE),$(wildcard user/vmm/*.c)) $(filter-out user/lib/uart_%.c,$(wildcard user/lib/*.c)) user/lib/uart_$(UART).c arm/string.c user/arm/memory_move.c user/arm/program.c user/arm/start.S user/arm/any.S
# A system's own files may have the names of those of the library.
cell_object   = $(OUT)/cell/$(if $(filter $(1),$(SYSTEM_SOURCES)),own/)$(basename $(notdir $(1))).o
CELL_OBJECTS := $(foreach source,$(CELL_SOURCES),$(call cell_object,$(source)))
$(foreach source,$(CELL_SOURCES),$(eval $(call cell_object,$(source)): $(source)))

# Users' programs are told what is doubtful, and built all the same.
USER_WARN := -Wall -Wextra -Werror=overflow -Wno-unused-parameter -Wno-missing-field-initializers
$(if $(OUTSIDE),$(foreach source,$(SYSTEM_SOURCES),$(call cell_object,$(source)))): ARM_WARN := $(USER_WARN)

# (Its source is the first; a file that it includes may end in .c, too.)
$(CELL_OBJECTS): arm/arm.mk $(SOURCE_CHANGED)
	@echo "  CC      $(firstword $(filter %.c %.S,$^))"
	$(Q)mkdir -p $(@D) && $(CROSS)gcc $(ARM_CFLAGS) -mfloat-abi=softfp -fstack-usage -DTHIMBLE_TICKS_PER_MS=$(TICKS_PER_MS)U $(CELL_INCLUDES) -MMD -MP -c -o $@ $(firstword $(filter %.c %.S,$^))
# A user's own programs stop where they would in the simulator: at a division by zero, and at
# an access by the library that is not aligned. What is in this tree is measured, and does not.
ifneq ($(and $(OUTSIDE),$(filter-out bench/% tests/% user/%,$(SYSTEM))),)
$(foreach source,$(filter %.c,$(SYSTEM_SOURCES)),$(call cell_object,$(source))): \
    ARM_OPT += -fsanitize=integer-divide-by-zero -fsanitize-undefined-trap-on-error
$(OUT)/cell/program.o: ARM_OPT += -DTHIMBLE_CHECKED
endif
# Made with the others; written only where something has changed.
$(GEN)/%.c $(GEN)/%.ld: $(GEN)/emitted
	@:
$(GEN)/%.self.o: $(GEN)/%.c
	$(Q)$(CROSS)gcc $(ARM_CFLAGS) $(CELL_INCLUDES) -c -o $@ $(GEN)/$*.c
# What cells do not have is said before the linker looks for it.
CHECKED_OBJECTS := $(foreach source,$(SYSTEM_SOURCES) $(if $(GUESTS_HERE),$(wildcard user/vmm/*.c)),$(call cell_object,$(source)))
$(OUT)/cell/symbols: $(CHECKED_OBJECTS) user/scripts/cell_symbols.sh
	$(Q)user/scripts/cell_symbols.sh $(CROSS)nm $(CHECKED_OBJECTS) && touch $@
$(GEN)/%.elf: $(CELL_OBJECTS) $(GEN)/%.self.o $(GEN)/%.ld user/arm/cell.ld | $(OUT)/cell/symbols
	@echo "  CELL    $@"
	$(Q)$(CROSS)gcc $(ARM_CPU) -nostdlib -static -Wl,--gc-sections -Wl,--defsym,thimble_program=program_$(PROGRAM_$*) \
	    -Wl,-u,program_$(PROGRAM_$*) -T $(GEN)/$*.ld -o $@ $(filter %.o,$^) -lgcc
	$(if $(STATS_$*),,$(Q)! $(CROSS)nm $@ | grep -q ' thimble_print_values$$' || \
	    { echo "cell $*: thimble_print, but it has no statistics page: say .stats = true" >&2; exit 1; })
$(GEN)/%.bin: $(GEN)/%.elf
	$(Q)$(CROSS)objcopy -O binary $< $@

# ---- hypervisor ------------------------------------------------------------------
PRINT_SOURCES  := $(if $(filter none,$(PRINT)),core/klog.c core/print.c,core/print_none.c)
KERNEL_SOURCES := $(filter-out core/check.c $(PRINT_SOURCES),$(wildcard core/*.c)) $(filter-out arm/offsets.c arm/console_%.c $(if $(TRACING),,arm/tracing.c),$(wildcard arm/*.c)) \
                  $(wildcard arm/*.S) arm/console_$(UART).c
KERNEL_OBJECTS := $(patsubst %,$(OUT)/kernel/%.o,$(basename $(KERNEL_SOURCES)))

# All of it is optimised together, for size, when it is linked; but not what has the fast
# paths in it, which are as short as they are, what the compiler calls of its own accord, and
# what the linker places. (Objects hold their own code, too: images for tests wrap functions.)
LINK_TIME     := $(if $(TRACING),-fno-lto,-flto -flto-partition=one)
LINK_TIME_CC  := -flto -ffat-lto-objects -fipa-pta -fno-ipa-sra \
                 -fno-tree-loop-optimize -fno-move-loop-invariants -fno-schedule-insns2 \
                 -fno-jump-tables -fno-forward-propagate -fno-tree-tail-merge -fno-ipa-modref \
                 -fno-tree-dominator-opts
KERNEL_APART  := $(addprefix $(OUT)/kernel/,core/hypercall.o core/ipc.o core/irq.o core/notification.o core/wake.o arm/cache.o arm/string.o arm/panic.o arm/console_$(UART).o)
$(filter-out $(KERNEL_APART),$(KERNEL_OBJECTS)): \
    ARM_OPT += $(LINK_TIME_CC)
# Part of it runs before the MMU is on, where all memory is Strongly-ordered and unaligned
# accesses fault (DDI 0406C A3.2.1).
$(OUT)/kernel/arm/%.o: ARM_CPU += -mno-unaligned-access
$(OUT)/kernel/%.o: %.c $(GEN)/limits_config.h $(GEN)/board_config.h arm/arm.mk
	@echo "  CC      $<"
	$(Q)mkdir -p $(@D) && $(CROSS)gcc $(ARM_CFLAGS) $(KERNEL_INCLUDES) -fcallgraph-info=su -MMD -MP -c -o $@ $<
$(OUT)/kernel/%.o: %.S $(OUT)/offsets.h arm/asm.h arm/arm.mk
	@echo "  AS      $<"
	$(Q)mkdir -p $(@D) && $(CROSS)gcc $(ARM_CPU) -iquote $(OUT) -c -o $@ $<
.PHONY: check-marks
check-marks: $(GEN)/limits_config.h $(GEN)/board_config.h
	$(Q)tests/scripts/marks.sh $(OUT)/marks $(CROSS)gcc $(ARM_CFLAGS) $(KERNEL_INCLUDES) -c
$(OUT)/offsets.h: arm/offsets.c $(GEN)/limits_config.h $(wildcard core/*.h arm/*.h)
	$(Q)mkdir -p $(@D) && $(CROSS)gcc $(ARM_CFLAGS) $(KERNEL_INCLUDES) -S -o $(@:.h=.s) $< && \
	    sed -n 's/^[[:space:]]*@define /#define /p' $(@:.h=.s) >$@
$(OUT)/tables.o: $(GEN)/tables.c
	$(Q)$(CROSS)gcc $(ARM_CFLAGS) $(KERNEL_INCLUDES) -c -o $@ $<
$(OUT)/binaries.o: $(GEN)/binaries.S $(addprefix $(GEN)/,$(CELLS:=.bin))
	$(Q)$(CROSS)gcc $(ARM_CPU) -c -o $@ $<
# CONTENTS_OBJECT: contents, if any region has contents.
IMAGE_OBJECTS := $(OUT)/tables.o $(OUT)/binaries.o $(CONTENTS_OBJECT:%=$(OUT)/%.o)
$(OUT)/contents.o: $(GEN)/contents.S $(GEN)/emitted $(CONTENTS)
	$(Q)$(CROSS)gcc $(ARM_CPU) -c -o $@ $<
$(OUT)/image.ld: arm/image.ld $(GEN)/emitted
	$(Q)$(CROSS)gcc -E -P -x c -std=c11 $(if $(CONTENTS_OBJECT),-DCONTENTS) -o $@ $<
$(OUT)/thimble.elf: $(KERNEL_OBJECTS) $(IMAGE_OBJECTS) $(OUT)/image.ld
	@echo "  LD      $@"
	$(Q)id=$$(cat $(filter %.o,$^) | cksum | cut -d " " -f 1); \
	$(CROSS)gcc $(ARM_CFLAGS) $(LINK_TIME) -fcallgraph-info=su -nostdlib -static -Wl,--gc-sections -Wl,--no-warn-rwx-segments \
	    -Wl,--defsym,ARM_IMAGE_ID=$$id -Wl,--defsym,RAM_AT=$(RAM_AT) -Wl,--defsym,IMAGE_SIZE=$(IMAGE_SIZE) -Wl,--defsym,STACK_SIZE=$(STACK_SIZE) \
	    $(if $(TRACING),-Wl$(comma)--wrap=arm_threads_init) -Wl,-Map,$(OUT)/thimble.map -T $(OUT)/image.ld -o $@ $(filter %.o,$^) -lgcc
$(OUT)/thimble.img: $(OUT)/thimble.elf
	$(Q)$(CROSS)objcopy -O binary -R .bss -R .tables $< $@
# For U-Boot's bootm, which checks it, turns caches off, and enters Hyp mode where it can.
$(OUT)/thimble.uimg: $(OUT)/thimble.img
	$(call need,mkimage)
	$(Q)mkimage -A arm -O linux -T kernel -C none -a $(RAM_AT) -e $(RAM_AT) -n "Thimble $(SYSTEM_NAME)" \
	    -d $< $@ >/dev/null
-include $(wildcard $(OUT)/*/*.d $(OUT)/*/*/*.d)

include arm/seeing.mk

# ---- running -----------------------------------------------------------------------
# The guest of a VM alone on QEMU's virt, which has the same devices at the same places:
# the same kernel, initial RAM file system and device tree, with no hypervisor below.
NATIVE_QEMU := qemu-system-arm -M virt,dtb-randomness=off -cpu cortex-a15 -m 512 -nic none -nographic \
               -rtc clock=vm,base=2026-01-01 -seed 1
$(GEN)/%.native.S: $(GEN)/emitted ;
$(OUT)/%.native.elf: $(GEN)/%.native.S $(GEN)/%.dtb $(GEN)/contents.S $(CONTENTS)
	@echo "  LD      $@"
	$(Q)$(CROSS)gcc -c -o $(@:.elf=.o) $< && $(CROSS)ld -e _start -o $@ $(@:.elf=.o) \
	    $$(sed -n 's/.*\.section \(\.at_\(0x[0-9a-f]*\)\),.*/--section-start=\1=\2/p' $<)
.PHONY: native native-images
native-images: $(GUESTS_HERE:%=$(OUT)/%.native.elf)
native: native-images ## start QEMU with the first guest of SYSTEM alone, without the hypervisor
	$(call need,qemu-system-arm)
	@echo "  QEMU    $(firstword $(GUESTS_HERE)) alone; Ctrl-A x ends it"
	$(Q)$(NATIVE_QEMU) -kernel $(OUT)/$(firstword $(GUESTS_HERE)).native.elf

# (What is for this tree alone is not installed.)
include $(wildcard tests/arm/boot.mk tests/deadlines/target.mk)

clean: ## remove everything that was built
	$(Q)rm -rf build

help help-all: ## this list
	@awk -F ': .*## |: ## ' '/^[a-z-]+:.* ## / { printf "make ARCH=arm %-11s %s\n", $$1, $$2 }' $(filter %.mk,$(MAKEFILE_LIST))
	@echo
	@echo "SYSTEM=$(SYSTEMS), path/to/system.c, or path/to/folder with a system.c"
	@echo "BOARD=$(BOARDS)"
	@echo "PRINT=none (without names and printing)  ARM_OPT=-Os  CROSS=arm-none-eabi-  V=1 (show commands)"

include $(wildcard bench/arm/bench.mk bench/calibrate/calibrate.mk tests/target.mk tests/vm/vm.mk \
  tests/reported/arm.mk tests/arm/soak.mk tests/wcet/wcet.mk tests/sets.mk)

$(call not_empty,all,SYSTEMS_HERE)
$(call not_empty,check check-all,CHECK_BOARDS CHECK_SYSTEMS CHECK_VMS)
$(call not_empty,check-vms,CHECK_VMS)
$(call not_empty,check-arm-boot,BOARDS)
$(call not_empty,bench bench-baseline bench-counts,BENCH_SYSTEMS)
$(call not_empty,masked,MASKED_SYSTEMS)
$(call not_empty,wcet wcet-short,WCET_NATIVE)
$(call not_empty,calibrate check-calibration,CAL_FITTED SYSTEMS)
