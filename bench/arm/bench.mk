# SPDX-License-Identifier: BSD-2-Clause
# Exact counts of release images under QEMU. Included by arm/arm.mk.
BENCH_ARM     := build/arm/bench
BENCH_SYSTEMS := $(sort $(basename $(notdir $(wildcard bench/arm/*.c))))
SPANS         := $(BENCH_ARM)/spans
MASKED_LIMIT  := 2500
# To a file of records what one image does: $(1) options, $(2) the image, $(3) the file.
spans_of = $(SPANS) $(1) --poll $$($(CROSS)nm $(2) | sed -n 's/ . machine_interrupt_pending$$//p') -- \
               $(QEMU_COUNTING) -kernel $(2) >$(3).new && mv $(3).new $(3)
QEMU_COUNTING = qemu-system-arm $(QEMU_virt) -nographic -nic none -icount shift=0,sleep=off

# For how long systems are looked at for the longest stretch with interrupts masked, in
# millions of instructions. The hostile cell of isolation is the soak.
MASKED_SYSTEMS  := isolation:20 drivers:4 gateway:3 channel:3 pattern-window:2 pattern-handover:2

.PHONY: bench bench-baseline bench-counts bench-masked
bench: bench-counts ## exact instruction counts; LIMITS=1 fails where a limit is not met
	$(Q)jq -r '.instructions | to_entries[] | [.key, .value] | @tsv' bench/arm/baseline.json >$(BENCH_ARM)/baseline.tsv
	$(Q)awk -v json=$(BENCH_ARM).json -v baseline=$(BENCH_ARM)/baseline.tsv -v limits='$(LIMITS)' \
	    -v masked_limit=$(MASKED_LIMIT) -v compiler="$$($(CROSS)gcc -dumpversion)" \
	    -f bench/arm/hypercalls.awk -f bench/arm/report.awk bench/arm/cases $(BENCH_SYSTEMS:%=$(BENCH_ARM)/%.spans)

bench-baseline: bench-counts ## record the counts in bench/arm/baseline.json
	$(Q)awk -v json=$(BENCH_ARM).json -v masked_limit=$(MASKED_LIMIT) -v compiler="$$($(CROSS)gcc -dumpversion)" \
	    -f bench/arm/hypercalls.awk -f bench/arm/report.awk bench/arm/cases $(BENCH_SYSTEMS:%=$(BENCH_ARM)/%.spans)
	$(Q)jq '{compiler: .context.compiler, instructions: (.benchmarks | map({(.name): .instructions}) | add)}' \
	    $(BENCH_ARM).json >bench/arm/baseline.json

bench-counts: $(SPANS)
	@command -v qemu-system-arm jq >/dev/null || { echo "qemu-system-arm or jq is missing: run \`make bootstrap\`" >&2; exit 1; }
	$(Q)for system in $(BENCH_SYSTEMS); do \
	    $(MAKE) --no-print-directory ARCH=arm BOARD=virt SYSTEM=bench/arm/$$system.c image >$(BENCH_ARM)/$$system.log 2>&1 || \
	        { cat $(BENCH_ARM)/$$system.log; exit 1; }; \
	    echo "  COUNT   $$system"; \
	    $(call spans_of,--marks yes --seconds 60,build/arm/virt/outside-$$system/thimble.elf,$(BENCH_ARM)/$$system.spans) || exit 1; done

bench-masked: $(SPANS) ## the longest stretch with interrupts masked in user/systems, at most 2,500 instructions
	@printf '%-20s %12s %8s  %s\n' system instructions masked 'longest stretch: by'
	$(Q)status=0; for pair in $(MASKED_SYSTEMS); do \
	    system=$${pair%:*}; \
	    $(MAKE) --no-print-directory ARCH=arm BOARD=virt SYSTEM=$$system image >$(BENCH_ARM)/$$system.log 2>&1 || \
	        { cat $(BENCH_ARM)/$$system.log; exit 1; }; \
	    $(call spans_of,--seconds 200 --limit $${pair#*:}000000,build/arm/virt/$$system/thimble.elf,$(BENCH_ARM)/$$system.masked) || exit 1; \
	    awk -v name=$$system -v limit=$(MASKED_LIMIT) -f bench/arm/hypercalls.awk -f bench/arm/masked.awk \
	        $(BENCH_ARM)/$$system.masked || status=1; done; exit $$status

$(SPANS): bench/spans/spans.c
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu11 -O2 $(ARM_WARN) -o $@ $<
