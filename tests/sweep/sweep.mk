# SPDX-License-Identifier: BSD-2-Clause
# Fault sweeps: tests/sweep/sweep.h. Included by the Makefile, after tests/model.mk.
#
#   make sweep [SCENARIO=chain] [DOUBLES=3000] [SEED=1] [CANARY=sweep-callers] [REPLAY=faults]
#   make sweep-bugs [SWEEP_BUGS='sweep-callers']
#
# Core, machine and model are compiled once more, with pools of their own size.

SCENARIO ?=
DOUBLES  ?= 3000
REPLAY   ?=
SWEEP_BUGS ?= sweep-callers sweep-withdrawn sweep-lines sweep-health sweep-pages sweep-binding sweep-refill

SWEEP_OUT      := $(BUILD)/sweep
SWEEP_CORE_OUT := $(SWEEP_OUT)$(if $(CANARY),/$(CANARY))
SWEEP_TREE     := $(if $(CANARY),$(SWEEP_CORE_OUT)/tree/)
SWEEP_DEFINES  := -DSIM_RAM_SIZE=0x00800000U -DSIM_TABLE_PAGES=36U -DSIM_TLB_ENTRIES=64U -DSIM_CACHE_SETS=16U \
                  -DSIM_CODE_SETS=8U
SWEEP_INCLUDES := -iquote tests/sweep/include $(MODEL_INCLUDES) $(addprefix -iquote ,tests/sweep tests/explore)
SWEEP_COMPILE   = $(CC) $(CFLAGS) $(STRICT) -fno-pie -MMD -MP $(SWEEP_DEFINES) $(SWEEP_INCLUDES) -c -o $@ $<
SWEEP_CORE     := $(MODEL_CORE:%.c=$(SWEEP_CORE_OUT)/%.o)
SWEEP_OBJECTS  := $(patsubst %.c,$(SWEEP_OUT)/%.o,$(SIM_SOURCES) $(MODEL_OWN) tests/explore/owed.c $(wildcard tests/sweep/*.c)) \
                  $(SWEEP_OUT)/sim/switch_$(HOST_CPU).o
SWEEP          := $(SWEEP_CORE_OUT)/sweep

.PHONY: sweep sweep-program sweep-bugs
sweep: $(SWEEP) ## every fault at every point of scripted scenarios: SCENARIO=chain DOUBLES=3000 SEED=1
	$(Q)CANARY=$(CANARY) $< --doubles $(DOUBLES) --seed $(SEED) $(if $(SCENARIO),--scenario $(SCENARIO)) $(if $(REPLAY),--replay $(REPLAY))
sweep-program: $(SWEEP)
	@echo $<
sweep-bugs: $(SWEEP) ## plant bugs in what the core does about faults: the sweep must find each
	$(Q)tests/sweep/bugs.sh '$(SWEEP_BUGS)' $(MAKE) --no-print-directory

$(SWEEP): $(SWEEP_CORE) $(SWEEP_OBJECTS)
	@echo "  LD      $@" >&2
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -no-pie $(MODEL_WRAPS) -o $@ $^

ifdef CANARY
$(MODEL_CORE:%=$(SWEEP_TREE)%): $(SWEEP_TREE)planted
$(SWEEP_CORE): $(SWEEP_TREE)planted
$(SWEEP_TREE)planted: tests/model/canary.sh $(wildcard core/* arm/*)
	$(Q)tests/model/canary.sh $(CANARY) $(@D) && touch $@
endif

$(SWEEP_CORE_OUT)/core/%.o: $(SWEEP_TREE)core/%.c
	@mkdir -p $(@D)
	$(Q)$(SWEEP_COMPILE)
$(SWEEP_CORE_OUT)/arm/%.o: $(SWEEP_TREE)arm/%.c
	@mkdir -p $(@D)
	$(Q)$(SWEEP_COMPILE)
$(SWEEP_CORE) $(SWEEP_OBJECTS): tests/sweep/sweep.mk
$(SWEEP_OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(SWEEP_COMPILE)
$(SWEEP_OUT)/%.o: %.S
	@mkdir -p $(@D)
	$(Q)$(SWEEP_COMPILE)

-include $(SWEEP_CORE:.o=.d) $(SWEEP_OBJECTS:.o=.d)
