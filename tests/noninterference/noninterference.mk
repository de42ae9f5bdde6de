# SPDX-License-Identifier: BSD-2-Clause
# Non-interference by running twice: tests/noninterference/noninterference.h. Included by
# the Makefile, after tests/model.mk.
#
#   make noninterference [PAIRS=5000] [SEED=1] [LEAK=registers]
#   make noninterference-leaks [LEAKS='registers quota']
#
# Core and machine are compiled once more, with pools of their own size.

PAIRS ?= 5000
LEAK  ?=
LEAKS ?= registers exit tables regions bound lists interface revoking vmid preempt

NONINT_OUT      := $(BUILD)/noninterference
NONINT_CORE_OUT := $(NONINT_OUT)$(if $(LEAK),/$(LEAK))
NONINT_TREE     := $(if $(LEAK),$(NONINT_CORE_OUT)/tree/)
NONINT_DEFINES  := -DSIM_RAM_SIZE=0x01000000U -DSIM_TABLE_PAGES=25U -DSIM_TLB_ENTRIES=64U -DSIM_CACHE_SETS=16U \
                   -DSIM_CODE_SETS=8U
NONINT_INCLUDES := $(addprefix -iquote ,tests/noninterference/include core sim sim/include arm user user/lib user/describe \
                     tests/noninterference tests/model)
NONINT_WRAPS    := $(addprefix -Wl$(comma)--wrap=,hw_isr_pending host_signals_install)
NONINT_COMPILE   = $(CC) $(CFLAGS) $(STRICT) -fno-pie -MMD -MP $(NONINT_DEFINES) $(NONINT_INCLUDES) -c -o $@ $<
NONINT_CORE     := $(MODEL_CORE:%.c=$(NONINT_CORE_OUT)/%.o)
NONINT_OBJECTS  := $(patsubst %.c,$(NONINT_OUT)/%.o,$(SIM_SOURCES) tests/model/source.c $(wildcard tests/noninterference/*.c)) \
                   $(NONINT_OUT)/sim/switch_$(HOST_CPU).o
NONINT          := $(NONINT_CORE_OUT)/noninterference

.PHONY: noninterference noninterference-program noninterference-leaks
noninterference: $(NONINT) ## pairs of runs that differ in one cell look the same to others: PAIRS=5000 SEED=1
	$(Q)LEAK=$(LEAK) $< --pairs $(PAIRS) --seed $(SEED)
noninterference-program: $(NONINT)
	@echo $<
noninterference-leaks: $(NONINT_OBJECTS) ## plant leaks in the core: a pair must show each
	$(Q)tests/noninterference/leaks.sh '$(LEAKS)' $(MAKE) --no-print-directory

$(NONINT): $(NONINT_CORE) $(NONINT_OBJECTS)
	@echo "  LD      $@" >&2
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -no-pie $(NONINT_WRAPS) -o $@ $^

ifdef LEAK
$(MODEL_CORE:%=$(NONINT_TREE)%): $(NONINT_TREE)planted
$(NONINT_CORE): $(NONINT_TREE)planted
$(NONINT_TREE)planted: tests/noninterference/leak.sh $(wildcard core/* arm/*)
	$(Q)tests/noninterference/leak.sh $(LEAK) $(@D) && touch $@
endif

$(NONINT_CORE_OUT)/core/%.o: $(NONINT_TREE)core/%.c
	@mkdir -p $(@D)
	$(Q)$(NONINT_COMPILE)
$(NONINT_CORE_OUT)/arm/%.o: $(NONINT_TREE)arm/%.c
	@mkdir -p $(@D)
	$(Q)$(NONINT_COMPILE)
$(NONINT_CORE) $(NONINT_OBJECTS): tests/noninterference/noninterference.mk
$(NONINT_OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(NONINT_COMPILE)
$(NONINT_OUT)/%.o: %.S
	@mkdir -p $(@D)
	$(Q)$(NONINT_COMPILE)

-include $(NONINT_CORE:.o=.d) $(NONINT_OBJECTS:.o=.d)
