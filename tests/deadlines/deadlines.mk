# SPDX-License-Identifier: BSD-2-Clause
# A search for deadlines that are accepted and missed: tests/deadlines/deadlines.h. Included
# by the Makefile, after tests/model.mk.
#
#   make deadlines [N=10000] [SEED=1] [SHOW=1]
#   make deadlines-planted
#
# Core, machine and checker are compiled once more, with pools of their own size. With
# PLANTED=1, timing.c is a copy that planted.sh has spoiled.

N       ?= 10000
SHOW    ?=
PLANTED ?=

DEADLINES_OUT      := $(BUILD)/deadlines
DEADLINES_DEFINES  := -DSIM_RAM_SIZE=0x00800000U -DSIM_TABLE_PAGES=80U -DSIM_TLB_ENTRIES=64U -DSIM_CACHE_SETS=16U \
                      -DSIM_CODE_SETS=8U
DEADLINES_INCLUDES := $(addprefix -iquote ,tests/deadlines/include core sim sim/include arm user user/lib user/describe \
                        tests/deadlines tests/model)
DEADLINES_WRAPS    := $(addprefix -Wl$(comma)--wrap=,sim_bus_next sim_bus_update)
DEADLINES_COMPILE   = $(CC) $(CFLAGS) $(STRICT) -fno-pie -MMD -MP $(DEADLINES_DEFINES) $(DEADLINES_INCLUDES) -c -o $@ $<
DEADLINES_TIMING   := $(DEADLINES_OUT)/$(if $(PLANTED),planted/timing.o,user/describe/timing.o)
DEADLINES_OBJECTS  := $(patsubst %.c,$(DEADLINES_OUT)/%.o,$(MODEL_CORE) $(SIM_SOURCES) \
                        $(filter-out %/timing.c,$(DESCRIBE_SOURCES)) tests/model/source.c $(wildcard tests/deadlines/*.c)) \
                      $(DEADLINES_TIMING) $(DEADLINES_OUT)/sim/switch_$(HOST_CPU).o
DEADLINES          := $(DEADLINES_OUT)/$(if $(PLANTED),planted/)deadlines

.PHONY: deadlines deadlines-planted
deadlines: $(DEADLINES) ## random systems that the checker accepts keep their deadlines: N=10000 SEED=1 SHOW=1
	$(Q)$< --systems $(N) --seed $(SEED) --data $(<D)/deadlines.dat $(if $(SHOW),--show)
	$(Q)if [ $(N) -ge 1000 ] && [ -z '$(PLANTED)' ] && command -v gnuplot >/dev/null; then \
	    echo "  PLOT    $(DEADLINES_OUT)/deadlines.svg deadlines.png"; \
	    gnuplot -e "samples='$(DEADLINES_OUT)'; target='$(DEADLINES_OUT)/deadlines'" plots/style.gp plots/deadlines.gp; fi
deadlines-planted: $(DEADLINES) ## leave parts of the bound out: the search must notice each
	$(Q)tests/deadlines/planted.sh '$(MAKE) --no-print-directory'

$(DEADLINES): $(DEADLINES_OBJECTS)
	@echo "  LD      $@" >&2
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) -no-pie $(DEADLINES_WRAPS) -o $@ $^

$(DEADLINES_OBJECTS): tests/deadlines/deadlines.mk
$(DEADLINES_OUT)/planted/timing.o: $(DEADLINES_OUT)/planted/timing.c
	$(Q)$(DEADLINES_COMPILE)
$(DEADLINES_OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(DEADLINES_COMPILE)
$(DEADLINES_OUT)/%.o: %.S
	@mkdir -p $(@D)
	$(Q)$(DEADLINES_COMPILE)

-include $(DEADLINES_OBJECTS:.o=.d)
