# SPDX-License-Identifier: BSD-2-Clause
# Thimble: `make help` lists the targets.

# `make bootstrap check` installs first and then reads all this anew, with the
# tools in place, whatever -j says.
ifneq ($(filter bootstrap,$(MAKECMDGOALS)),)
GOALS := $(filter-out bootstrap,$(MAKECMDGOALS))

.PHONY: bootstrap $(GOALS)
bootstrap: ## install what is missing, and nothing else (Debian, Ubuntu)
	@tests/scripts/bootstrap.sh
	$(if $(GOALS),@$(MAKE) --no-print-directory $(GOALS))
$(GOALS): bootstrap
	@:
else

# ---- settings ----------------------------------------------------------------
# A variable that is given and asked for nowhere is a slip of the pen: refused, not ignored.
GIVEN   := $(foreach name,$(.VARIABLES),$(if $(filter line,$(origin $(name))),$(name)))
ifneq ($(if $(filter 0,$(MAKELEVEL)),$(strip $(GIVEN))),)
UNKNOWN := $(shell awk -v given='$(GIVEN)' -f tests/scripts/variables.awk Makefile $(wildcard */*.mk */*/*.mk))
$(if $(UNKNOWN),$(error $(UNKNOWN)))
endif

DEFAULT_OPT := $(if $(COVERAGE),-O0,-O2)

ARCH ?= sim
OPT  ?= $(DEFAULT_OPT)
ifeq ($(origin CC),default)
CC := gcc
endif

ifeq ($(ARCH),arm)
include arm/arm.mk
else
ifneq ($(ARCH),sim)
$(error ARCH=$(ARCH): there are sim and arm)
endif
ifeq ($(shell command -v $(CC)),)
$(error $(CC) is missing: run `make bootstrap`)
endif

# Every combination that is not the default builds in a folder of its own.
comma   := ,
empty   :=
space   := $(empty) $(empty)
VARIANT := $(strip $(if $(filter-out gcc,$(CC)),$(notdir $(CC))) $(patsubst -%,%,$(filter-out $(DEFAULT_OPT),$(OPT))) \
             $(if $(filter none,$(PRINT)),print-none) $(if $(SAN),san) $(if $(COVERAGE),coverage) $(if $(COUNTING),counting))
BUILD   := build$(if $(VARIANT),/$(subst $(space),-,$(VARIANT)))

Q := $(if $(V),,@)

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef \
            -Wpointer-arith -Wwrite-strings -Wvla
STRICT   := -Wconversion
# DWARF 4: Debian 12's Valgrind does not read what clang writes by default.
CFLAGS   := -std=gnu11 $(OPT) -gdwarf-4 $(WARNINGS)
LDFLAGS  :=
ifdef SAN
CFLAGS  += -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS += -fsanitize=address,undefined
endif
ifdef COVERAGE
CFLAGS  += --coverage -fprofile-update=atomic
LDFLAGS += --coverage
endif

# jansson and libdw (sim/where.c loads it), of this host only: a cross build does without.
HOST_CPU  := $(patsubst armv%,arm,$(firstword $(subst -, ,$(shell $(CC) -dumpmachine))))
NATIVE    := $(filter $(patsubst armv%,arm,$(shell uname -m)),$(HOST_CPU))
HOST_LIBS := $(if $(NATIVE),-Wl$(comma)--as-needed -ljansson -ldl -Wl$(comma)--no-as-needed)
CFLAGS    += $(if $(NATIVE),,-DWITHOUT_HOST_LIBRARIES)

# Quoted includes only: core/sched.h must not stand in for <sched.h>.
INCLUDES := $(addprefix -iquote ,$(if $(COUNTING),bench/calibrate/include) core sim sim/include arm user user/lib user/describe tests/target)

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:

# One line instead of a shell's or a compiler's complaint. In a recipe:
# $(call need,valgrind cloc); as a prerequisite: | $(BUILD)/needs/jansson.h
need = @for tool in $(1); do command -v $$tool >/dev/null || \
           { echo "$$tool is missing: run \`make bootstrap\`" >&2; exit 1; }; done
$(BUILD)/needs/%:
	@echo '#include <$*>' | $(CC) -E - >/dev/null 2>&1 || \
	    { echo "$* is missing: run \`make bootstrap\`" >&2; exit 1; }
	@mkdir -p $(@D) && touch $@

.PHONY: all help help-all clean
all: systems bench-program test-programs ## all systems, the benchmark and the tests (default)

# ---- the simulated machine, as a library -------------------------------------
# PRINT=none: without names and printing, as a release image may be. Of the drivers of UARTs
# it is the one of the simulated board's.
CORE_SOURCES := $(filter-out $(if $(filter none,$(PRINT)),core/klog.c core/print.c,core/print_none.c),\
                  $(wildcard core/*.c))
ARM_SOURCES  := arm/stage2.c arm/syndrome.c arm/cache.c arm/gic.c arm/timer.c arm/console_pl011.c
# What takes libraries of the host is for programs that run a system, not for those that test.
SIM_HOST     := sim/report_json.c sim/where.c
SIM_SOURCES  := $(filter-out sim/main.c $(SIM_HOST),$(wildcard sim/*.c))
LIB_SOURCES  := $(CORE_SOURCES) $(ARM_SOURCES) $(SIM_SOURCES) $(SIM_HOST) $(filter-out user/lib/uart_%,$(wildcard user/lib/*.c)) user/lib/uart_pl011.c
LIB_OBJECTS  := $(LIB_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/sim/switch_$(HOST_CPU).o
LIBTHIMBLE   := $(BUILD)/sim/libthimble.a

DESCRIBE_SOURCES := $(filter-out user/describe/main.c,$(wildcard user/describe/*.c))
DESCRIBE_OBJECTS := $(DESCRIBE_SOURCES:%.c=$(BUILD)/%.o)
LIBDESCRIBE      := $(BUILD)/user/libdescribe.a

# On the folders, too: a source may have gone.
$(LIBTHIMBLE): $(LIB_OBJECTS) core sim user/lib
$(LIBDESCRIBE): $(DESCRIBE_OBJECTS) user/describe
$(LIBTHIMBLE) $(LIBDESCRIBE):
	@echo "  AR      $@"
	$(Q)rm -f $@ && ar rcs $@ $(filter %.o,$^)

# Position-dependent: the core's state is at a fixed address, as on ARM.
COMPILE = $(CC) $(CFLAGS) $(STRICT) -fno-pie -MMD -MP $(INCLUDES) -c -o $@ $<
LINK    = $(CC) $(CFLAGS) $(LDFLAGS) -no-pie -o $@ $(filter %.o %.a,$^) $(HOST_LIBS)

define compile_rules
$(BUILD)/$(1)/%.o: $(1)/%.c Makefile
	@echo "  CC      $$<"
	@mkdir -p $$(@D)
	$(Q)$$(COMPILE)
endef
$(foreach folder,core arm sim user,$(eval $(call compile_rules,$(folder))))
$(BUILD)/sim/guest.o $(BUILD)/sim/trap.o: | $(BUILD)/needs/valgrind/valgrind.h
$(BUILD)/sim/report_json.o: | $(BUILD)/needs/jansson.h
$(BUILD)/sim/where.o: | $(BUILD)/needs/elfutils/libdwfl.h

$(BUILD)/sim/%.o: sim/%.S Makefile
	@echo "  AS      $<"
	@mkdir -p $(@D)
	$(Q)$(COMPILE)

-include $(LIB_OBJECTS:.o=.d) $(DESCRIBE_OBJECTS:.o=.d) $(BUILD)/sim/main.d $(BUILD)/user/describe/main.d

# ---- systems -----------------------------------------------------------------
# A system is a folder with a description, system.c, and programs, here or outside the tree;
# or one file outside that holds both.
SYSTEM  ?= pingpong
# Those with VMs run on ARM only; here their descriptions are checked and compiled.
include user/guests/guests.mk
SYSTEMS := $(filter-out $(VM_SYSTEMS),$(notdir $(patsubst %/system.c,%,$(wildcard user/systems/*/system.c))))
# Those that only test: made for test images (tests/target.mk), and run here too.
TEST_SYSTEMS := $(filter-out $(VM_SYSTEMS),$(notdir $(patsubst %/system.c,%,$(wildcard tests/systems/*/system.c))))
SEED    ?= 1

# What looks for what cells do not have. (A test of what that does at run time gives another.)
CELL_SYMBOLS ?= user/scripts/cell_symbols.sh
NM := $(shell $(CC) -print-prog-name=nm)
# Cells have no C library, as on a target: the compiler's own headers alone. (DWARF 5 for the
# lines of mishaps, and no tail calls: in DWARF 4 an empty range of gcc's may read as the end of a list.)
CC_HEADERS := $(filter /%,$(shell $(CC) -print-file-name=include))
CELL_CFLAGS := -ffreestanding -fno-optimize-sibling-calls $(if $(filter gcc %-gcc,$(CC)),-gdwarf-5) $(if $(CC_HEADERS),-nostdinc -isystem $(CC_HEADERS))
# Rules for one system: $(1) its folder under $(BUILD), $(2) its sources.
define system_rules
SYSTEM_OBJECTS_$(1) := $(patsubst %.c,$(BUILD)/$(1)/objects/%.o,$(notdir $(2)))
$(foreach source,$(2),$(eval $(BUILD)/$(1)/objects/$(notdir $(source:.c=.o)): $(source) Makefile))
$$(SYSTEM_OBJECTS_$(1)):
	@echo "  CC      $$<"
	@mkdir -p $$(@D)
	$(Q)$$(COMPILE) $$(CELL_CFLAGS) -fstack-usage
# What cells do not have is said before the linker looks for it.
$(BUILD)/$(1)/symbols: $$(SYSTEM_OBJECTS_$(1)) user/scripts/cell_symbols.sh
	$(Q)$(CELL_SYMBOLS) $(NM) $$(SYSTEM_OBJECTS_$(1)) && touch $$@
$(BUILD)/$(1)/describe $(BUILD)/$(1)/run: | $(BUILD)/$(1)/symbols
$(BUILD)/$(1)/describe: $$(SYSTEM_OBJECTS_$(1)) $(BUILD)/user/describe/main.o $(LIBDESCRIBE) $(LIBTHIMBLE)
	@echo "  LD      $$@"
	$(Q)$$(LINK)
# The description is checked by the build, before anything can run.
$(BUILD)/$(1)/checked: $(BUILD)/$(1)/describe
	@echo "  CHECK   $(1)"
	$(Q)$(RUN_UNDER) $$< && touch $$@
$(BUILD)/$(1)/run: $$(SYSTEM_OBJECTS_$(1)) $(BUILD)/sim/main.o $(LIBDESCRIBE) $(LIBTHIMBLE) | $(BUILD)/$(1)/checked
	@echo "  LD      $$@"
	$(Q)$$(LINK)
-include $$(SYSTEM_OBJECTS_$(1):.o=.d)
endef
$(foreach name,$(SYSTEMS),$(eval $(call system_rules,systems/$(name),$(wildcard user/systems/$(name)/*.c))))
$(foreach name,$(VM_SYSTEMS),$(eval $(call system_rules,systems/$(name),$(wildcard user/systems/$(name)/system.c tests/systems/$(name)/system.c))))
$(foreach name,$(TEST_SYSTEMS),$(eval $(call system_rules,systems/$(name),$(wildcard tests/systems/$(name)/*.c))))

ifeq ($(findstring /,$(SYSTEM))$(filter %.c,$(SYSTEM)),)
SYSTEM_DIR := systems/$(SYSTEM)
$(if $(and $(filter $(SYSTEM),$(VM_SYSTEMS)),$(filter run gdb,$(MAKECMDGOALS))),$(error SYSTEM=$(SYSTEM) has VMs: ARCH=arm runs it))
$(if $(filter $(SYSTEM),$(SYSTEMS) $(TEST_SYSTEMS) $(VM_SYSTEMS)),,$(error SYSTEM=$(SYSTEM): no such system; there are $(SYSTEMS), or give a .c file, or a folder with a system.c))
else
SYSTEM_DIR := outside/$(basename $(notdir $(SYSTEM:%/=%)))
SYSTEM_OUTSIDE := $(if $(filter %.c,$(SYSTEM)),$(wildcard $(SYSTEM)),$(if $(wildcard $(SYSTEM)/system.c),$(wildcard $(SYSTEM)/*.c)))
$(if $(SYSTEM_OUTSIDE),,$(error SYSTEM=$(SYSTEM): no such file, or no folder with a system.c))
$(eval $(call system_rules,$(SYSTEM_DIR),$(SYSTEM_OUTSIDE)))
# A file of the same name in another folder is another system.
.PHONY: source-changed
$(BUILD)/$(SYSTEM_DIR)/source: source-changed
	@mkdir -p $(@D)
	@echo '$(abspath $(SYSTEM))' | cmp -s - $@ || echo '$(abspath $(SYSTEM))' >$@
$(SYSTEM_OBJECTS_$(SYSTEM_DIR)): $(BUILD)/$(SYSTEM_DIR)/source
endif

.PHONY: systems run
systems: $(SYSTEMS:%=$(BUILD)/systems/%/run) ## all of user/systems, their descriptions checked

RUN_ARGUMENTS = --seed '$(SEED)' $(if $(TIME_MS),--time '$(TIME_MS)') $(if $(TRACE),--trace '$(TRACE)') \
                $(if $(BOOT),--boot) $(if $(CONSOLE),--console) $(if $(INPUT),--input '$(INPUT)') $(RUN_FLAGS)

# By the tool; a build that is not the default one has no tool: its program runs.
RUN_TOOL := $(if $(VARIANT)$(RUN_UNDER),,tool)
run: $(or $(RUN_TOOL),$(BUILD)/$(SYSTEM_DIR)/run) ## thimble run: SYSTEM=pingpong|path/to/system.c|path/to/folder SEED=1 TIME_MS=1000 TRACE=FILE BOOT=1 CONSOLE=1 INPUT=FILE
	$(Q)$(if $(RUN_TOOL),build/thimble run '$(if $(filter $(SYSTEM),$(TEST_SYSTEMS)),tests/systems/)$(SYSTEM)',$(RUN_UNDER) $<) $(RUN_ARGUMENTS)

.PHONY: gdb
gdb: $(BUILD)/$(SYSTEM_DIR)/run ## debug a system: gdb with the commands of gdb/thimble.py; SYSTEM, SEED and so on as for run
	$(call need,gdb)
	$(Q)gdb -q -x gdb/thimble.py $(GDB_FLAGS) --args $< $(RUN_ARGUMENTS) --watchdog 0

include tool/tool.mk
include bench/bench.mk
include tests/tests.mk
include tests/reported/reported.mk
include tests/record.mk
include bench/calibrate/count.mk

.PHONY: calibrate
calibrate: ## the simulator's prices, from counts of release images in QEMU: sim/cost_table.h
	+$(Q)$(MAKE) --no-print-directory ARCH=arm calibrate
include tests/barriers/barriers.mk
include tests/model.mk
include tests/explore/explore.mk
include tests/prove/prove.mk
include tests/noninterference/noninterference.mk
include tests/sweep/sweep.mk
include tests/deadlines/deadlines.mk
include tests/mutants/mutants.mk

include tests/sets.mk
$(call not_empty,all systems check check-determinism determinism hosts memcheck,SYSTEMS)
$(call not_empty,check check-descriptions,BAD_SYSTEMS)
$(call not_empty,check check-newcomer,NEWCOMERS)
$(call not_empty,check check-headers,HEADERS)
$(call not_empty,check check-statics,USER_SOURCES)
$(call not_empty,hosts,HOSTS)
$(call not_empty,lint,LINT_SOURCES)
$(call not_empty,soak,STEPS)
$(call not_empty,canaries,CANARIES)
$(call not_empty,findings,FINDING_TESTS)
$(call not_empty,fuzz fuzz-vmm,SECONDS)
$(call not_empty,model-races,RACES)
$(call not_empty,noninterference,PAIRS)
$(call not_empty,noninterference-leaks,LEAKS)
$(call not_empty,sweep-bugs,SWEEP_BUGS)
$(call not_empty,deadlines,N)
$(call not_empty,prove-short,PROVE_SHORT WP_SHORT)

.PHONY: wcet wcet-short costs check-costs
wcet: ## worst cases on ARM: derived from the image, and found by search
wcet-short: ## the same in less than a minute
costs: ## what bounds of responses are made of, from derived worst cases: user/describe/costs.h
check-costs: ## is that still so?
wcet wcet-short costs check-costs:
	+$(Q)$(MAKE) --no-print-directory ARCH=arm $@

clean: ## remove everything that was built
	$(Q)rm -rf build

help: ## what one types first
	@echo "make run SYSTEM=gateway       run a system in the simulator (also: a .c file, a folder with a system.c)"
	@echo "make run SYSTEM=gateway TRACE=FILE    the same, with a trace for ui.perfetto.dev"
	@echo "make ARCH=arm run SYSTEM=gateway      the same system as an image, in QEMU"
	@echo "make ARCH=arm image SYSTEM=gateway BOARD=virt    an image for a board"
	@echo "make bench                    IPC round trips, and what else has a price"
	@echo "make check                    all tests"
	@echo "make gdb SYSTEM=gateway       debug a system"
	@echo "make bootstrap                install what is missing (Debian, Ubuntu)"
	@echo "make help-all                 all targets and options; make ARCH=arm help: those of images"
	@echo "docs/tutorial.md              a system of your own, step by step"

help-all: ## this list
	@awk -F ': .*## |: ## ' '/^[a-z-]+:.* ## / { printf "make %-15s %s\n", $$1, $$2 }' $(filter %akefile %.mk,$(MAKEFILE_LIST))
	@echo
	@echo "CC=gcc|clang  OPT=-O2  SAN=1 (address and undefined-behaviour sanitizers)"
	@echo "PRINT=none (the core prints nothing)  COVERAGE=1  V=1 (show commands)  TESTS='ipc/*' (check, memcheck: only these tests)"

endif
endif # bootstrap
