# SPDX-License-Identifier: BSD-2-Clause
# Benchmarks and their plots. Included by the Makefile, which sets CC, CFLAGS,
# LDFLAGS, BUILD, V and Q, and builds $(BUILD)/sim/libthimble.a.
# Needs libjansson-dev, valgrind and gnuplot-nox: `make bootstrap`.

BENCH_DIR     := $(BUILD)/bench
BENCH_PROGRAM := $(BENCH_DIR)/bench
# One assembly file per host: x86_64, aarch64, arm.
BENCH_HOST    := $(patsubst armv%,arm,$(firstword $(subst -, ,$(shell $(CC) -dumpmachine))))
BENCH_SOURCES := $(sort $(wildcard bench/*.c)) bench/switch_$(BENCH_HOST).S
BENCH_OBJECTS := $(addsuffix .o,$(basename $(BENCH_SOURCES:%=$(BUILD)/%)))
BENCH_LIBS    := -ljansson -lrt -lm -pthread
BENCH_NEEDS   := $(addprefix $(BUILD)/needs/,jansson.h valgrind/callgrind.h)
BENCH_COMMIT  := $(shell git describe --always --dirty 2>/dev/null)
BENCH_RUN      = $(BENCH_PROGRAM) --baseline bench/baseline.json \
                 $(addprefix --commit ,$(BENCH_COMMIT))

PLOT_NAMES    := latency scaling ladder growth

.PHONY: bench bench-short bench-baseline bench-plots bench-program
bench-program: $(BENCH_PROGRAM)

# The plots are drawn even if a count rose: then they are wanted most.
bench: $(BENCH_PROGRAM) ## measure: table, bench.json and plots
	@rm -rf $(BENCH_DIR)/samples
	$(Q)$(BENCH_RUN) --json $(BENCH_DIR)/bench.json \
	    --samples $(BENCH_DIR)/samples; status=$$?; \
	if [ -s $(BENCH_DIR)/samples/ladder.dat ]; then \
	    $(MAKE) --no-print-directory bench-plots || status=1; fi; exit $$status

# For CI: the same exact counts and gate, and host times good enough to see that
# every case runs. In a folder of its own, so that the history of real runs
# stays free of them.
bench-short: $(BENCH_PROGRAM) ## the same exact counts, short times
	@mkdir -p $(BENCH_DIR)/short
	$(Q)$(BENCH_RUN) --json $(BENCH_DIR)/short/bench.json --min-time 0.02

bench-baseline: $(BENCH_PROGRAM) ## record the exact counts in bench/baseline.json
	$(Q)$(BENCH_RUN) --update-baseline

bench-plots:
	$(call need,gnuplot)
	$(Q)mkdir -p $(BUILD)/plots
	$(Q)for name in $(PLOT_NAMES); do \
	    echo "  PLOT    $(BUILD)/plots/$$name.svg $$name.png"; \
	    gnuplot -e "samples='$(BENCH_DIR)/samples'; target='$(BUILD)/plots/$$name'" \
	        plots/style.gp plots/$$name.gp || exit 1; done

$(BENCH_PROGRAM): $(BENCH_OBJECTS) $(BUILD)/sim/libthimble.a
	@echo "  LD      $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -no-pie -o $@ $^ $(BENCH_LIBS)

$(BUILD)/bench/%.o: bench/%.c | $(BENCH_NEEDS)
	@echo "  CC      $<"
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -fno-pie -MMD -MP $(INCLUDES) -iquote bench -c -o $@ $<

$(BUILD)/bench/%.o: bench/%.S | $(BENCH_NEEDS)
	@echo "  AS      $<"
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -fno-pie -MMD -MP -c -o $@ $<

-include $(BENCH_OBJECTS:.o=.d)
