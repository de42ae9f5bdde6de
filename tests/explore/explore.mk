# SPDX-License-Identifier: BSD-2-Clause
# Exhaustive exploration of small systems: tests/explore/explore.h. Included by the
# Makefile, after tests/model.mk.
#
#   make model [SCOPE=ipc] [SHORT=1] [CANARY=race-copy] [REPLAY=path]
#   make model-races [RACES='race-hop']
#   make model-spin [SCOPE=ipc] [SHORT=1] [CANARY=race-copy] [PAN_FLAGS=]
#
# Core, machine and model are compiled once more, with pools of their own size.

SCOPE  ?=
SHORT  ?=
REPLAY ?=
RACES  ?= race-copy race-resume race-hop race-mark

EXPLORE_OUT      := $(BUILD)/explore
EXPLORE_CORE_OUT := $(EXPLORE_OUT)$(if $(CANARY),/$(CANARY))
EXPLORE_TREE     := $(if $(CANARY),$(EXPLORE_CORE_OUT)/tree/)
EXPLORE_DEFINES  := -DSIM_RAM_SIZE=0x00800000U -DSIM_TABLE_PAGES=12U -DSIM_TLB_ENTRIES=64U -DSIM_CACHE_SETS=16U \
                    -DSIM_CODE_SETS=8U
EXPLORE_INCLUDES := -iquote tests/explore/include $(MODEL_INCLUDES) -iquote tests/explore
EXPLORE_COMPILE   = $(CC) $(CFLAGS) $(STRICT) -fno-pie -MMD -MP $(EXPLORE_DEFINES) $(EXPLORE_INCLUDES) -c -o $@ $<
EXPLORE_CORE     := $(MODEL_CORE:%.c=$(EXPLORE_CORE_OUT)/%.o)
EXPLORE_OBJECTS  := $(patsubst %.c,$(EXPLORE_OUT)/%.o,$(SIM_SOURCES) $(MODEL_OWN) $(wildcard tests/explore/*.c)) \
                    $(EXPLORE_OUT)/sim/switch_$(HOST_CPU).o
EXPLORE          := $(EXPLORE_CORE_OUT)/explore

.PHONY: model model-program model-races
model: $(EXPLORE) ## explore small systems to the end, core and reference model compared: SCOPE=ipc SHORT=1
	$(Q)CANARY=$(CANARY) $< $(if $(SCOPE),--scope $(SCOPE)) $(if $(SHORT),--short) $(if $(REPLAY),--replay $(REPLAY))
model-program: $(EXPLORE)
	@echo $<
model-races: $(EXPLORE) ## plant races in the core: exploration must find each
	$(Q)tests/explore/races.sh '$(RACES)' $(MAKE) --no-print-directory

$(EXPLORE): $(EXPLORE_CORE) $(EXPLORE_OBJECTS)
	@echo "  LD      $@" >&2
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -no-pie $(MODEL_WRAPS) -o $@ $^

# The same under Spin, which bootstrap does not install. PAN_FLAGS= keeps whole states.
PAN_FLAGS ?= -DHC4
SPIN_OUT  := $(EXPLORE_CORE_OUT)/spin
SPIN_OBJECTS := $(EXPLORE_CORE) $(filter-out %/explore.o %/explore/state.o,$(EXPLORE_OBJECTS)) \
                $(EXPLORE_OUT)/tests/explore/spin/spin.o
.PHONY: model-spin
model-spin: $(SPIN_OUT)/pan $(EXPLORE) ## the same with Spin, if it is installed: SCOPE=ipc SHORT=1 PAN_FLAGS=-DHC4
	$(Q)tests/explore/spin/spin.sh $^ $(or $(SCOPE),ipc) $(SHORT)
$(SPIN_OUT)/pan: $(SPIN_OBJECTS) tests/explore/spin/spin.pml always
	@command -v spin >/dev/null || { echo "spin is missing: install the package spin" >&2; exit 1; }
	@mkdir -p $(@D)
	$(Q)cd $(@D) && spin -a $(CURDIR)/tests/explore/spin/spin.pml >spin.log || { cat spin.log >&2; exit 1; }
	$(Q)$(CC) -std=gnu11 $(OPT) -w -fno-pie $(EXPLORE_DEFINES) $(EXPLORE_INCLUDES) -iquote tests/explore/spin -DSAFETY \
	    -DVECTORSZ=8192 -DMEMLIM=8000 $(PAN_FLAGS) $(LDFLAGS) -no-pie $(MODEL_WRAPS) -o $@ $(@D)/pan.c $(SPIN_OBJECTS)

ifdef CANARY
ifneq ($(EXPLORE_TREE),$(MODEL_TREE))
$(MODEL_CORE:%=$(EXPLORE_TREE)%): $(EXPLORE_TREE)planted
$(EXPLORE_CORE): $(EXPLORE_TREE)planted
$(EXPLORE_TREE)planted: tests/model/canary.sh $(wildcard core/* arm/*)
	$(Q)tests/model/canary.sh $(CANARY) $(@D) && touch $@
endif
endif

$(EXPLORE_CORE_OUT)/core/%.o: $(EXPLORE_TREE)core/%.c
	@mkdir -p $(@D)
	$(Q)$(EXPLORE_COMPILE)
$(EXPLORE_CORE_OUT)/arm/%.o: $(EXPLORE_TREE)arm/%.c
	@mkdir -p $(@D)
	$(Q)$(EXPLORE_COMPILE)
$(EXPLORE_CORE) $(EXPLORE_OBJECTS): tests/explore/explore.mk
$(EXPLORE_OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(EXPLORE_COMPILE)
$(EXPLORE_OUT)/%.o: %.S
	@mkdir -p $(@D)
	$(Q)$(EXPLORE_COMPILE)

-include $(EXPLORE_CORE:.o=.d) $(EXPLORE_OBJECTS:.o=.d) $(EXPLORE_OUT)/tests/explore/spin/spin.d
