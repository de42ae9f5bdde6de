# SPDX-License-Identifier: BSD-2-Clause
# ARCH=arm: looking at a target. Included by arm.mk.

# ---- trace -------------------------------------------------------------------------
# What reads copies of this image's memory: built for the host, with its pool sizes
# and tables.
READOUT_SOURCES := $(wildcard gdb/*.c) sim/trace_json.c sim/figures.c
READOUT_INCLUDES := $(ARM_TRACING) $(addprefix -iquote ,$(GEN) core arm sim sim/include user/lib)
$(OUT)/readout: $(READOUT_SOURCES) $(GEN)/tables.c $(GEN)/limits_config.h $(wildcard core/*.h sim/*.h gdb/*.h) user/lib/self.h user/lib/print.h arm/seeing.mk
	$(call need_header,jansson.h elfutils/libdwfl.h)
	@echo "  HOSTCC  $@"
	$(Q)gcc -std=gnu11 -O1 -g $(ARM_WARN) $(READOUT_INCLUDES) -o $@ $(READOUT_SOURCES) $(GEN)/tables.c -ljansson -ldw
need_header = $(Q)for header in $(1); do echo "\#include <$$header>" | gcc -fsyntax-only -x c - 2>/dev/null || \
    { echo "$$header is missing: run \`make bootstrap\`" >&2; exit 1; }; done

TIME_MS ?= 50
READOUT_RUN  = python3 gdb/readout.py
READOUT_WHAT = $(OUT)/readout $(OUT)/copy $(CROSS)nm $(OUT)/thimble.elf $(QEMU_MACHINE)
READOUT_SAY  = $(OUT)/readout --programs $(GEN) --end $$(cat $(OUT)/copy/end) $(if $(JSON),--json '$(JSON)') $(READOUT_FLAGS)
.PHONY: trace readout gdb check-seeing check-mistakes
# In a build of its own, where the core traces from the start.
trace: ## what happened on the target, for Perfetto, and who had the CPU: TIME_MS=50 TRACE=FILE JSON=FILE
	$(Q)$(MAKE) --no-print-directory TRACING=1 readout
readout: image $(OUT)/readout ## the same from an image as it is: CPU use and programs' figures, no trace
	$(call need,qemu-system-arm python3)
	@echo "  QEMU    $(SYSTEM_NAME) on $(BOARD), $(TIME_MS) ms"
	$(Q)$(READOUT_RUN) --time '$(TIME_MS)' $(READOUT_WHAT)
	$(Q)$(READOUT_SAY) --time '$(TIME_MS)' --trace '$(or $(TRACE),$(OUT)/trace.json)' $(OUT)/copy

# ---- run -----------------------------------------------------------------------------
# With a time, the report follows when that is over; without, QEMU has the terminal, and the
# report follows when it has been ended. Its RAM is a file then, which outlives it.
RAM_virt          := 0x40000000,0x20000000
RAM_vexpress-a15  := 0x80000000,0x20000000
RAM_orangepi-pc   := 0x40000000,0x40000000
ifeq ($(origin TIME_MS),file)
RUN_HOW   := --terminal $(RAM_$(BOARD))
RUN_WORDS := Ctrl-A x ends it
else
RUN_HOW   := --time '$(TIME_MS)'
RUN_WORDS := $(TIME_MS) ms
endif
run: image $(OUT)/readout ## run in QEMU, to a time or Ctrl-A x, and report: SYSTEM=pingpong|path/to/system.c|path/to/folder BOARD=virt TIME_MS=50 JSON=FILE
	$(call need,qemu-system-arm python3)
	@echo "  QEMU    $(SYSTEM_NAME) on $(BOARD), $(RUN_WORDS)"
	$(Q)$(READOUT_RUN) $(RUN_HOW) $(READOUT_WHAT)
	$(Q)$(READOUT_SAY) $(if $(filter --time,$(RUN_HOW)),--console) $(OUT)/copy

# ---- gdb -----------------------------------------------------------------------------
# QEMU is the debugger's child, by a pipe; what the UART sends goes to a file. Without
# -icount: with it, QEMU 7.2 never ends a single step, which every step over a
# breakpoint is. So time is the host's, and a run is not repeatable.
GDB_QEMU := qemu-system-arm $(QEMU_$(BOARD)) -nic none -display none -monitor none -S -gdb stdio
gdb: image $(OUT)/readout ## debug a system in QEMU: gdb with the commands of gdb/thimble.py
	$(call need,qemu-system-arm gdb-multiarch)
	@echo "  GDB     $(SYSTEM_NAME) on $(BOARD); its UART: $(OUT)/console.txt"
	$(Q)gdb-multiarch -q -ex 'set confirm off' -ex 'set remotetimeout 30' \
	    -ex 'target remote | exec $(GDB_QEMU) -serial file:$(OUT)/console.txt -kernel $(OUT)/thimble.elf' \
	    -x gdb/thimble.py $(GDB_FLAGS) $(OUT)/thimble.elf

check-seeing: ## trace, CPU use and gdb on the target: gateway
	$(call need,qemu-system-arm gdb-multiarch python3 jq)
	$(Q)MAKE='$(MAKE)' tests/scripts/seeing.sh $(BOARD)
check-mistakes: ## the same mistakes, the same words in the simulator and on the target, with file and line
	$(call need,qemu-system-arm python3 jq)
	$(Q)MAKE='$(MAKE)' tests/scripts/mistakes.sh $(BOARD)

# ---- size ------------------------------------------------------------------------------
.PHONY: size
size: $(OUT)/thimble.elf ## bytes of the image by section and file, lines, and its deepest stack, against limits
	$(call need,cloc)
	$(Q)tests/scripts/size_arm.sh $(OUT) $(CROSS) $(STACK_SIZE) '$(KERNEL_APART:.o=.ci)'

# ---- lint --------------------------------------------------------------------------------
# What only this machine compiles, with what the build generates; `make lint` calls this.
LINT_SHARED := $(addprefix arm/,stage2.c cache.c gic.c timer.c console_pl011.c)
LINT_KERNEL := $(filter-out $(LINT_SHARED) arm/offsets.c,$(wildcard arm/*.c)) $(wildcard tests/target/*_arm.c)
LINT_CELLS  := user/arm/program.c $(wildcard bench/arm/*.c tests/arm/systems/*.c tests/systems/*/arm/*.c)
LINT_HOST   := $(wildcard gdb/*.c)
LINT_ARM    := $(LINT_KERNEL) $(LINT_CELLS) $(LINT_HOST)
LINT_TARGET := --target=arm-none-eabi -march=armv7ve -mthumb -ffreestanding -std=gnu11
$(LINT_KERNEL:%=$(OUT)/lint/%.tidy): LINT_FLAGS = $(LINT_TARGET) $(KERNEL_INCLUDES) $(addprefix -iquote ,tests/target user/lib)
$(LINT_CELLS:%=$(OUT)/lint/%.tidy): LINT_FLAGS = $(LINT_TARGET) -mfloat-abi=softfp -DTHIMBLE_TICKS_PER_MS=$(TICKS_PER_MS)U $(CELL_INCLUDES)
$(LINT_HOST:%=$(OUT)/lint/%.tidy): LINT_FLAGS = -std=gnu11 $(READOUT_INCLUDES)
.PHONY: lint
lint: $(LINT_ARM:%=$(OUT)/lint/%.tidy) ## clang-tidy on what only this machine compiles
	@:
$(OUT)/lint/%.tidy: % $(GEN)/limits_config.h $(wildcard core/*.h arm/*.h arm/include/*.h tests/target/*.h user/lib/*.h) .clang-tidy arm/.clang-tidy user/arm/.clang-tidy tests/.clang-tidy
	$(call need,clang-tidy)
	@echo "  TIDY    $<"
	$(Q)mkdir -p $(@D) && clang-tidy --quiet $< -- $(LINT_FLAGS) 2>$@.log || { cat $@.log; exit 1; }
	@touch $@
