# SPDX-License-Identifier: BSD-2-Clause
# Worst cases, derived from the image and found by running it: wcet.h. Included by arm/arm.mk.
WCET         := build/arm/wcet
WCET_OUT      = $(OUT)/wcet
WCET_PROGRAM := $(WCET)/wcet

$(WCET_PROGRAM): $(wildcard tests/wcet/*.[ch])
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu11 -O2 $(ARM_WARN) -iquote sim/include -o $@ $(filter-out %/bounds.c,$(filter %.c,$^))

# The bounds of one system, made numbers by its compiler; constants of single files are theirs.
FACTS ?= tests/wcet/facts.txt
$(WCET_OUT)/facts: $(FACTS) tests/wcet/facts.awk tests/wcet/bounds.h $(GEN)/limits_config.h $(wildcard core/*.[ch] arm/*.[ch])
	$(Q)mkdir -p $(@D)
	$(Q)sed -n '/^#define [A-Z_]* [^\\]*$$/p' core/cell.c core/sched.c arm/stage2.c >$(@D)/bounds.c
	$(Q){ echo '#include "bounds.h"'; echo 'void bounds(void)'; echo '{'; \
	    awk -v bounds=1 -f tests/wcet/facts.awk $(FACTS); echo '}'; } >>$(@D)/bounds.c
	$(Q)$(CROSS)gcc $(ARM_CFLAGS) $(KERNEL_INCLUDES) -iquote tests/wcet -S -o - $(@D)/bounds.c | \
	    sed -n 's/^[[:space:]]*@bound //p' >$(@D)/numbers
	$(Q)awk -v numbers=$(@D)/numbers -f tests/wcet/facts.awk $(FACTS) >$@
$(WCET_OUT)/disassembly: $(OUT)/thimble.elf
	$(Q)mkdir -p $(@D) && $(CROSS)objdump -d -j .text $< >$@
$(WCET_OUT)/lines: $(WCET_OUT)/disassembly
	$(Q)sed -n 's/^\([0-9a-f]*\):.*/\1/p' $< | $(CROSS)addr2line -a -f -i -e $(OUT)/thimble.elf >$@
.PHONY: wcet-derive
wcet-derive: $(WCET_PROGRAM) $(WCET_OUT)/facts $(WCET_OUT)/lines
	$(Q)$(WCET_PROGRAM) $(WCET_OUT)/disassembly $(WCET_OUT)/lines $(WCET_OUT)/facts

# ---- for the checker of descriptions -----------------------------------------------------
# What the bounds of responses are made of (user/describe/costs.h).
COSTS := build/arm/wcet/costs
.PHONY: costs check-costs wcet-where
wcet-where:
	@echo $(OUT)
costs_make = mkdir -p $(COSTS) && tests/wcet/costs.sh $(COSTS) $(WCET_PROGRAM) '$(MAKE)' >$(COSTS)/costs.h
costs: $(WCET_PROGRAM)
	$(Q)$(costs_make) && cp $(COSTS)/costs.h user/describe/costs.h
# Stale where a cost has grown, or is a tenth less than it says.
check-costs: $(WCET_PROGRAM)
	$(Q)$(costs_make) && awk -f tests/wcet/stale.awk user/describe/costs.h $(COSTS)/costs.h

# ---- found --------------------------------------------------------------------------
# SYSTEM:MILLIONS of instructions; soak is searched beside that: RUNS of so many each. Those
# with VMs are looked at where their guests are. The limits are those of the latency of an
# interrupt of a native thread, in any system, and of one of a guest.
WCET_LIMIT      := 4600
WCET_LIMIT_GUEST := 6100
WCET_RUNS       ?= 300
WCET_SEARCH     ?= 50
WCET_NATIVE     ?= drivers:100 gateway:100 soak:300
WCET_GUESTS     ?= $(if $(wildcard $(GUESTS)/initrds),linux-rt:3000)
WCET_COMPLETE   ?= $(WCET_GUESTS)
WCET_SYSTEMS     = $(WCET_NATIVE) $(WCET_GUESTS)
wcet_name        = $(firstword $(subst :, ,$(1)))
wcet_elf         = build/arm/virt/$(call wcet_name,$(1))/thimble.elf
WCET_NAMES       = $(foreach item,$(WCET_SYSTEMS),$(call wcet_name,$(item)))

.PHONY: wcet wcet-short wcet-report $(addprefix wcet-found-,$(SYSTEMS) $(TEST_SYSTEMS))
wcet: $(MASKED_SO) ## worst cases, derived from the image and found by search: at most 5,000 instructions of latency
	$(call need,qemu-system-arm gnuplot)
	$(Q)$(MAKE) -s --no-print-directory $(foreach item,$(WCET_SYSTEMS),wcet-found-$(call wcet_name,$(item)))
	$(Q)$(MAKE) -s --no-print-directory wcet-report
	$(Q)tests/wcet/planted.sh $(WCET) '$(MAKE)' $(WCET_LIMIT)
	@echo "  PLOT    $(WCET)/wcet.svg wcet.png"
	$(Q)gnuplot -e "samples='$(WCET)'; target='$(WCET)/wcet'" plots/style.gp plots/wcet.gp
wcet-short: ## the same in less than a minute
	$(Q)$(MAKE) -s --no-print-directory wcet WCET_NATIVE='drivers:20 gateway:20 soak:50' WCET_GUESTS='$(if $(wildcard $(GUESTS)/initrds),linux-rt:1000)' WCET_RUNS=15 WCET_COMPLETE=

$(addprefix wcet-found-,$(SYSTEMS) $(TEST_SYSTEMS)): wcet-found-%: $(MASKED_SO) $(WCET_PROGRAM)
	$(Q)mkdir -p $(WCET) && $(MAKE) -s --no-print-directory BOARD=virt SEED=1 SYSTEM=$* wcet-derive >$(WCET)/$*.log || { cat $(WCET)/$*.log; exit 1; }
	$(Q)grep -v '^  [A-Z]' $(WCET)/$*.log >$(WCET)/$*.bounds
	$(Q)$(CROSS)nm build/arm/virt/$*/thimble.elf >$(WCET)/$*.functions
	@echo "  WCET    $*"
	$(Q)rm -f $(WCET)/$*.found $(WCET)/$*.search && touch $(WCET)/$*.found && \
	    millions=$(lastword $(subst :, ,$(filter $*:%,$(WCET_SYSTEMS)))) && \
	    { [ $$millions = 0 ] || { CROSS=$(CROSS) tests/wcet/run.sh $(WCET)/$*.found $(MASKED_SO) '$(QEMU_MACHINE)' build/arm/virt/$*/thimble.elf $$millions && \
	    echo "runs $$millions million instructions" >>$(WCET)/$*.found; }; }
	$(if $(filter soak,$*),$(Q)CROSS=$(CROSS) tests/wcet/search.sh $(WCET)/$*.search $(MASKED_SO) '$(QEMU_MACHINE)' build/arm/virt/$*/thimble.elf \
	    build/arm/virt/$*/generated/tables.c $(WCET_SEARCH) $(WCET_RUNS) 1 && cat $(WCET)/$*.search >>$(WCET)/$*.found && \
	    echo "runs $(WCET_RUNS) searched of $(WCET_SEARCH) million each" >>$(WCET)/$*.found)
wcet-report:
	$(Q)awk -v limit=$(WCET_LIMIT) -v limit_guest=$(WCET_LIMIT_GUEST) -v complete='$(WCET_COMPLETE)' -v data=$(WCET)/wcet.dat \
	    -f tests/wcet/report.awk $(FACTS) $(foreach name,$(WCET_NAMES),$(addprefix $(WCET)/$(name).,bounds functions found))
