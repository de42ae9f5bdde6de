# SPDX-License-Identifier: BSD-2-Clause
# The simulator's prices from counts of release images, and how far it is off. Included
# by arm/arm.mk.
CALIBRATE  := build/arm/calibrate
CAL_SYSTEMS = $(shell bench/calibrate/ends.sh | cut -d ' ' -f 1)
CAL_TIME_MS := 1000
# What runs guests is the board's alone.
CAL_FITTED   = $(filter-out guest,$(BENCH_SYSTEMS))
# Spans of $(1), which ends with $(2), from its image; and with marks.
cal_count = +$(Q)mkdir -p build/arm && flock build/arm/host.lock $(MAKE) --no-print-directory ARCH=sim CC=gcc OPT=-O2 SAN= COVERAGE= \
                PRINT= TRACE= SYSTEM=pingpong COUNTING=1 count-programs >$(CALIBRATE)/build.log || { cat $(CALIBRATE)/build.log; exit 1; }; \
            bench/calibrate/count.sh build/counting $(CALIBRATE) $(CALIBRATE) $(1)

.PHONY: calibrate check-calibration cal-measure
calibrate: bench-counts cal-measure ## make sim/cost_table.h from counts of release images
	$(Q)cp $(CAL_FITTED:%=$(BENCH_ARM)/%.spans) $(CALIBRATE)/
	@# What is counted depends a little on the prices that it is counted with.
	$(call cal_fit)
	$(call cal_fit)
	$(call cal_count)
	$(Q)python3 bench/calibrate/calibrate.py check $(CALIBRATE) $(CALIBRATE)
define cal_fit
$(call cal_count,$(CAL_FITTED))
	$(Q)python3 bench/calibrate/calibrate.py fit $(CALIBRATE) $(CALIBRATE) $(CAL_FITTED)
endef

check-calibration: cal-measure ## simulated instructions and latency against measured: at most 10 % off
	$(call cal_count)
	$(Q)python3 bench/calibrate/calibrate.py check $(CALIBRATE) $(CALIBRATE)

cal-measure: $(SPANS)
	$(call need,qemu-system-arm python3)
	$(Q)mkdir -p $(CALIBRATE)
	$(Q)for system in $(CAL_SYSTEMS); do \
	    $(MAKE) --no-print-directory ARCH=arm BOARD=virt SYSTEM=$$system image >$(CALIBRATE)/$$system.log 2>&1 || \
	        { cat $(CALIBRATE)/$$system.log; exit 1; }; done
	@echo "  COUNT   $(words $(CAL_SYSTEMS)) systems in QEMU"
	$(Q)bench/calibrate/ends.sh | SPANS='$(SPANS)' NM='$(CROSS)nm' QEMU='$(QEMU_COUNTING)' \
	    xargs -P 2 -n 2 bench/calibrate/measure.sh $(CALIBRATE)
	@echo "  COUNT   latencies of gateway"
	$(Q)$(MAKE) --no-print-directory ARCH=arm BOARD=virt SYSTEM=gateway TIME_MS=$(CAL_TIME_MS) readout >$(CALIBRATE)/readout.log 2>&1 || \
	    { cat $(CALIBRATE)/readout.log; exit 1; }
	$(Q)cp build/arm/virt/gateway/copy/stats-control.bin $(CALIBRATE)/control.bin
