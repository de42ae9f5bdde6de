# SPDX-License-Identifier: BSD-2-Clause
# Exact counts of release images under QEMU. Included by arm/arm.mk.
BENCH_ARM     := build/arm/bench
BENCH_SYSTEMS := $(sort $(basename $(notdir $(wildcard bench/arm/*.c))))
BENCH_SPANS   := $(BENCH_SYSTEMS:%=$(BENCH_ARM)/%.spans) $(BENCH_ARM)/urgency.spans
SPANS         := $(BENCH_ARM)/spans
MASKED_LIMIT  := 2500
# To a file of records what one image does: $(1) options, $(2) the image, $(3) the file.
spans_of = $(SPANS) $(1) --poll $$($(CROSS)nm $(2) | sed -n 's/ . machine_interrupt_pending$$//p') -- \
               $(QEMU_COUNTING) -kernel $(2) >$(3).new && mv $(3).new $(3)
QEMU_COUNTING = qemu-system-arm $(QEMU_virt) -nographic -nic none -icount shift=0,sleep=off

# For how many millions of instructions each system is looked at for the longest stretch with
# interrupts masked: SYSTEM:MILLIONS, or a file of its own.
# Those with VMs load guests for more than 100 million before they are booted.
MASKED_VMS     := linux:300 linux-prio:300 linux-rt:300 rtos-vm:400 two-linux:400 uboot:300
MASKED_SYSTEMS := soak:300 attacks:100 $(filter-out soak:% attacks:% $(foreach vm,$(MASKED_VMS),$(firstword $(subst :, ,$(vm))):%),$(SYSTEMS_HERE:=:20)) $(MASKED_VMS) \
                  $(patsubst %,%:20,$(wildcard bench/arm/*.c tests/arm/systems/*.c)) \
                  bench/arm/sizes/few.c:300 bench/arm/sizes/many.c:300
# What more objects may cost: the heap of deadlines is as deep as its logarithm.
MASKED_GROWTH  := 300
MASKED_SO      := $(BENCH_ARM)/masked.so
masked_name     = $(basename $(notdir $(1)))
masked_image    = build/arm/virt/$(if $(filter %.c,$(1)),outside-)$(call masked_name,$(1))/thimble.elf
masked_item     = $(call masked_name,$(firstword $(subst :, ,$(1)))):$(call masked_image,$(firstword $(subst :, ,$(1)))):$(lastword $(subst :, ,$(1)))
MASKED_BUILDS  := $(foreach item,$(MASKED_SYSTEMS),masked-image-$(firstword $(subst :, ,$(item))))

.PHONY: bench bench-baseline bench-counts masked $(MASKED_BUILDS)
bench: bench-counts ## exact instruction counts; LIMITS=1 fails where a limit is not met
	$(Q)jq -r '.instructions | to_entries[] | [.key, .value] | @tsv' bench/arm/baseline.json >$(BENCH_ARM)/baseline.tsv
	$(Q)status=0; awk -v json=$(BENCH_ARM).json -v baseline=$(BENCH_ARM)/baseline.tsv -v limits='$(LIMITS)' \
	    -v masked_limit=$(MASKED_LIMIT) -v compiler="$$($(CROSS)gcc -dumpversion)" \
	    -f bench/arm/hypercalls.awk -f bench/arm/report.awk bench/arm/cases $(BENCH_SPANS) || status=1; \
	    $(urgency_gate) || status=1; exit $$status

bench-baseline: bench-counts ## record the counts in bench/arm/baseline.json
	$(Q)awk -v json=$(BENCH_ARM).json -v masked_limit=$(MASKED_LIMIT) -v compiler="$$($(CROSS)gcc -dumpversion)" \
	    -f bench/arm/hypercalls.awk -f bench/arm/report.awk bench/arm/cases $(BENCH_SPANS)
	$(Q)jq '{compiler: .context.compiler, instructions: (.benchmarks | map({(.name): .instructions}) | add)}' \
	    $(BENCH_ARM).json >bench/arm/baseline.json

bench-counts: $(SPANS) bench-urgency-counts
	@command -v qemu-system-arm jq >/dev/null || { echo "qemu-system-arm or jq is missing: run \`make bootstrap\`" >&2; exit 1; }
	$(Q)for system in $(BENCH_SYSTEMS); do \
	    $(MAKE) --no-print-directory ARCH=arm BOARD=virt SYSTEM=bench/arm/$$system.c image >$(BENCH_ARM)/$$system.log 2>&1 || \
	        { cat $(BENCH_ARM)/$$system.log; exit 1; }; \
	    echo "  COUNT   $$system"; \
	    $(call spans_of,--marks yes --seconds 60,build/arm/virt/outside-$$system/thimble.elf,$(BENCH_ARM)/$$system.spans) || exit 1; done

masked: $(MASKED_SO) $(MASKED_BUILDS) ## the longest stretch with interrupts masked: all systems, soak and bench; at most 2,500 instructions
	$(call need,qemu-system-arm)
	$(Q)CROSS=$(CROSS) bench/arm/masked.sh $(BENCH_ARM) $(MASKED_LIMIT) $(MASKED_GROWTH) \
	    '$(QEMU_MACHINE)' $(foreach item,$(MASKED_SYSTEMS),$(call masked_item,$(item)))
# What guests take is made once, and not by each of these.
$(MASKED_BUILDS): masked-image-%: | $(GUESTS_READY)
	$(Q)mkdir -p $(BENCH_ARM) && $(MAKE) -s --no-print-directory BOARD=virt SEED=1 SYSTEM=$* image >$(BENCH_ARM)/$(call masked_name,$*).log 2>&1 || \
	    { cat $(BENCH_ARM)/$(call masked_name,$*).log; exit 1; }

$(MASKED_SO): bench/spans/masked.c bench/spans/plugin.h bench/arm/bench.mk
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu11 -O2 $(ARM_WARN) -fPIC -shared -o $@ $< -pthread
$(SPANS): bench/spans/spans.c
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu11 -O2 $(ARM_WARN) -iquote sim/include -o $@ $<

# How late the most urgent thread is, and how long its job takes, with more and more below it.
URGENCY     := $(BENCH_ARM)/urgency
URGENCY_C   := bench/arm/urgency/urgency.c
RELEASE_SO  := $(BENCH_ARM)/release.so
URGENCY_BEFORE := bench/arm/urgency/before.dat
URGENCY_AWK := awk -v rounds=$$(sed -n 's/^\#define ROUNDS \([0-9]*\)U/\1/p' $(URGENCY_C)) \
               -f bench/arm/urgency/report.awk
urgency_gate = $(URGENCY_AWK) -v gate=1 -v dat=$(URGENCY).dat $(URGENCY).records
# In the tree $(1), the image with the distributor's page where the case raises lines.
urgency_image = mkdir -p $(1)/build/arm && \
                flock $(1)/build/arm/host.lock $(MAKE) -s --no-print-directory -C $(1) ARCH=sim \
                    CC=gcc OPT=-O2 SAN= COVERAGE= PRINT= TRACE= SYSTEM=$(URGENCY_C) \
                    build/outside/urgency/describe && \
                $(MAKE) --no-print-directory -C $(1) ARCH=arm BOARD=virt SYSTEM=$(URGENCY_C) \
                    DESCRIBE=bench/arm/urgency/describe.sh image
# What happens in it, to a file of records: $(1) the tree, $(2) the file.
urgency_run = { $(urgency_image); } >$(URGENCY).log 2>&1 || \
                  { cat $(URGENCY).log; exit 1; }; \
              image=$(1)/build/arm/virt/outside-urgency/thimble.elf; rm -f $(2); \
              $(QEMU_MACHINE) -display none -serial null -monitor none -kernel $$image \
                  -plugin $(RELEASE_SO),$$($(CROSS)nm $$image | awk ' \
                      $$3 == "arm_start" { text = $$1 } $$3 == "arm_image_end" { end = $$1 } $$3 == "arm_vectors" { vectors = $$1 } \
                      END { print "text=0x" text ",end=0x" end ",vectors=0x" vectors \
                                  ",seconds=60" }'),out=$(2) \
                  </dev/null >$(URGENCY).log 2>&1; \
              [ -s $(2) ] || { cat $(URGENCY).log; exit 1; }
.PHONY: bench-urgency bench-urgency-counts bench-urgency-before
bench-urgency: bench-urgency-counts ## the most urgent thread, with more and more below it: a plot
	$(call need,gnuplot)
	@echo "  PLOT    $(URGENCY).svg $(notdir $(URGENCY)).png"
	$(Q)status=0; $(urgency_gate) || status=1; \
	    gnuplot -e "samples='$(BENCH_ARM)'; before='$(URGENCY_BEFORE)'; target='$(URGENCY)'" \
	        plots/style.gp plots/urgency.gp && exit $$status
bench-urgency-counts: $(RELEASE_SO)
	$(call need,qemu-system-arm)
	@echo "  COUNT   urgency"
	+$(Q)$(call urgency_run,.,$(URGENCY).records)
	$(Q)$(URGENCY_AWK) -v spans=$(URGENCY).spans $(URGENCY).records >/dev/null
# The same of an older core: 66211e8 is the last one whose timer rang for everybody, and whose
# lines interrupted everybody. The figures are beside the case: $(URGENCY_BEFORE).
BEFORE      ?= 66211e8
BEFORE_TREE := $(BENCH_ARM)/before
bench-urgency-before: $(RELEASE_SO)
	$(call need,qemu-system-arm git)
	$(Q)rm -rf $(BEFORE_TREE) && git worktree prune && \
	    git worktree add --quiet --detach $(BEFORE_TREE) $(BEFORE)
	$(Q)cp -r bench/arm/urgency $(BEFORE_TREE)/bench/arm/
	+$(Q)$(call urgency_run,$(BEFORE_TREE),$(URGENCY)-before.records)
	$(Q)$(URGENCY_AWK) -v dat=$(URGENCY)-before.dat $(URGENCY)-before.records
	$(Q){ echo "# Of commit $(BEFORE), made by: make ARCH=arm bench-urgency-before BEFORE=$(BEFORE)"; \
	    cat $(URGENCY)-before.dat; } >$(URGENCY_BEFORE)
	$(Q)git worktree remove --force $(BEFORE_TREE)
$(RELEASE_SO): bench/spans/release.c bench/spans/plugin.h bench/arm/bench.mk
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu11 -O2 $(ARM_WARN) -fPIC -shared -o $@ $< -pthread

# The control loop of linux-rt, for so many seconds of the target's with Linux off, and with
# Linux under load. (Under load a second takes about 10 of the host's.)
SECONDS     ?= 60
LATENCY     := $(BENCH_ARM)/latency
LATENCY_ELF := build/arm/virt/linux-rt/thimble.elf
.PHONY: bench-latency bench-latency-image bench-latency-alone bench-latency-load
bench-latency: bench-latency-alone bench-latency-load ## the control loop's latency, with Linux beside it and without: a plot; SECONDS=60
	$(call need,gnuplot)
	@echo "  PLOT    $(LATENCY)/linux-rt.svg linux-rt.png"
	$(Q)gnuplot -e "samples='$(LATENCY)'; target='$(LATENCY)/linux-rt'" plots/style.gp plots/linux-rt.gp
bench-latency-image:
	$(Q)$(MAKE) -s --no-print-directory BOARD=virt SYSTEM=linux-rt image
bench-latency-alone bench-latency-load: bench-latency-%: bench-latency-image
	$(call need,qemu-system-arm python3)
	$(Q)mkdir -p $(LATENCY)
	$(Q)sed 's/^times SECONDS /times $(SECONDS) /' bench/arm/latency/$*.console >$(LATENCY)/$*.console
	$(Q)CONSOLE_LOG=$(LATENCY)/$*.log CONSOLE_NAME=$* python3 tests/vm/console.py $(LATENCY)/$*.console $(QEMU_COUNTING) -kernel $(LATENCY_ELF)
	$(Q)awk -f bench/arm/latency/cdf.awk $(LATENCY)/$*.log >$(LATENCY)/$*.dat

# Between the Linuxes of two-linux: time is the guests' own, 1 ns an instruction.
.PHONY: bench-network
bench-network: ## round trip and throughput between two Linuxes on one CPU
	$(call need,qemu-system-arm python3)
	$(Q)$(MAKE) -s --no-print-directory BOARD=virt SYSTEM=two-linux image
	$(Q)mkdir -p $(BENCH_ARM)
	$(Q)CONSOLE_LOG=$(BENCH_ARM)/network.log CONSOLE_NAME=network python3 tests/vm/console.py bench/arm/network.console \
	    $(QEMU_COUNTING) -kernel build/arm/virt/two-linux/thimble.elf
	$(Q)grep -aE '^left\| (round-trip|real)' $(BENCH_ARM)/network.log | sed 's/^left| //'
