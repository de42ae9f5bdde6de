# SPDX-License-Identifier: BSD-2-Clause
# Thimble: `make help` lists the targets.
#
#   CC=gcc|clang  OPT=-O2  SAN=1 (sanitizers)  COVERAGE=1  V=1 (show commands)
#
# Every combination that is not the default builds in a folder of its own.

ARCH ?= sim
OPT  ?= -O2
ifeq ($(origin CC),default)
CC := gcc
endif

empty :=
VARIANT := $(strip $(if $(filter-out gcc,$(CC)),$(notdir $(CC))) $(if $(filter-out -O2,$(OPT)),$(OPT)) \
             $(if $(SAN),san) $(if $(COVERAGE),coverage))
BUILD := build$(if $(VARIANT),/$(subst $(empty) $(empty),-,$(VARIANT)))

Q := $(if $(V),,@)

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef \
            -Wpointer-arith -Wwrite-strings -Wvla
STRICT   := -Wconversion
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

# Quoted includes only: core/sched.h must not stand in for <sched.h>.
INCLUDES := $(addprefix -iquote ,core sim sim/include arm user user/lib user/describe)

.PHONY: all help clean
all: systems

# ---- the simulated machine, as a library -------------------------------------
CORE_SOURCES := $(wildcard core/*.c)
ARM_SOURCES  := arm/stage2.c arm/gic.c arm/timer.c
SIM_SOURCES  := $(filter-out sim/main.c,$(wildcard sim/*.c))
HOST_CPU     := $(patsubst armv%,arm,$(firstword $(subst -, ,$(shell $(CC) -dumpmachine))))
LIB_SOURCES  := $(CORE_SOURCES) $(ARM_SOURCES) $(SIM_SOURCES) $(wildcard user/lib/*.c)
LIB_OBJECTS  := $(LIB_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/sim/switch_$(HOST_CPU).o
LIBTHIMBLE   := $(BUILD)/sim/libthimble.a

DESCRIBE_SOURCES := $(filter-out user/describe/main.c,$(wildcard user/describe/*.c))
DESCRIBE_OBJECTS := $(DESCRIBE_SOURCES:%.c=$(BUILD)/%.o)
LIBDESCRIBE      := $(BUILD)/user/libdescribe.a

$(LIBTHIMBLE): $(LIB_OBJECTS)
$(LIBDESCRIBE): $(DESCRIBE_OBJECTS)
$(LIBTHIMBLE) $(LIBDESCRIBE):
	@echo "  AR      $@"
	$(Q)rm -f $@ && ar rcs $@ $^

# Position-dependent: the core's state is at a fixed address, as on ARM.
COMPILE = $(CC) $(CFLAGS) $(STRICT) -fno-pie -MMD -MP $(INCLUDES) -c -o $@ $<

define compile_rules
$(BUILD)/$(1)/%.o: $(1)/%.c
	@echo "  CC      $$<"
	@mkdir -p $$(@D)
	$(Q)$$(COMPILE)
endef
$(foreach folder,core arm sim user,$(eval $(call compile_rules,$(folder))))

$(BUILD)/sim/%.o: sim/%.S
	@echo "  AS      $<"
	@mkdir -p $(@D)
	$(Q)$(COMPILE)

# ---- systems -----------------------------------------------------------------
# A system is a folder with a description, system.c, and programs; or one file
# outside the tree that holds both.
SYSTEM  ?= pingpong
SYSTEMS := $(notdir $(patsubst %/system.c,%,$(wildcard user/systems/*/system.c)))
SEED    ?= 1
TIME_MS ?= 1000
ifneq ($(filter %.c,$(SYSTEM)),)
SYSTEM_NAME    := $(basename $(notdir $(SYSTEM)))
SYSTEM_OUTSIDE := $(SYSTEM)
else
SYSTEM_NAME    := $(SYSTEM)
endif

.PHONY: systems run
systems: $(SYSTEMS:%=$(BUILD)/systems/%/run)

# Rules for one system: $(1) its name, $(2) its sources.
define system_rules
SYSTEM_OBJECTS_$(1) := $(patsubst %.c,$(BUILD)/systems/$(1)/objects/%.o,$(notdir $(2)))
$(foreach source,$(2),$(eval $(BUILD)/systems/$(1)/objects/$(notdir $(source:.c=.o)): $(source)))
$$(SYSTEM_OBJECTS_$(1)):
	@echo "  CC      $$<"
	@mkdir -p $$(@D)
	$(Q)$$(COMPILE)
$(BUILD)/systems/$(1)/describe: $$(SYSTEM_OBJECTS_$(1)) $(BUILD)/user/describe/main.o $(LIBDESCRIBE) $(LIBTHIMBLE)
	@echo "  LD      $$@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -no-pie -o $$@ $$^
# The description is checked by the build, before anything can run.
$(BUILD)/systems/$(1)/checked: $(BUILD)/systems/$(1)/describe
	@echo "  CHECK   system $(1)"
	$(Q)$(RUN_UNDER) $$< && touch $$@
$(BUILD)/systems/$(1)/run: $$(SYSTEM_OBJECTS_$(1)) $(BUILD)/sim/main.o $(LIBDESCRIBE) $(LIBTHIMBLE) | $(BUILD)/systems/$(1)/checked
	@echo "  LD      $$@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -no-pie -o $$@ $$(filter-out %/checked,$$^)
-include $$(SYSTEM_OBJECTS_$(1):.o=.d)
endef
$(foreach name,$(SYSTEMS),$(eval $(call system_rules,$(name),$(wildcard user/systems/$(name)/*.c))))
ifdef SYSTEM_OUTSIDE
$(eval $(call system_rules,$(SYSTEM_NAME),$(SYSTEM_OUTSIDE)))
endif

run: $(BUILD)/systems/$(SYSTEM_NAME)/run
	$(Q)$(RUN_UNDER) $< --seed $(SEED) --time $(TIME_MS) $(if $(TRACE),--trace $(TRACE)) $(if $(CONSOLE),--console) $(RUN_FLAGS)

-include $(LIB_OBJECTS:.o=.d) $(DESCRIBE_OBJECTS:.o=.d) $(BUILD)/sim/main.d $(BUILD)/user/describe/main.d

include bench/bench.mk
-include tests/tests.mk

clean:
	$(Q)rm -rf build

help:
	@echo "make bootstrap   install what is missing (Debian, Ubuntu)"
