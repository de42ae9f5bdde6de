# SPDX-License-Identifier: BSD-2-Clause
# Barriers of what the simulator shares with arm/. Included by the Makefile, after tests.mk.

BARRIER_OBJECTS := $(BUILD)/tests/unit/test_barriers.o $(RUNNER_OBJECT)
BARRIER_COMPILE  = $(CC) $(CFLAGS) $(STRICT) -fno-pie $(INCLUDES) -c

.PHONY: barriers
barriers: $(BARRIER_OBJECTS) $(LIBTHIMBLE) ## take each barrier of stage2.c, cache.c, gic.c and timer.c away: a test must fail
	$(Q)tests/barriers/barriers.sh $(BUILD)/barriers '$(BARRIER_COMPILE)' '$(CC) $(CFLAGS) $(LDFLAGS) -no-pie' \
	    '$(BARRIER_OBJECTS) $(LIBTHIMBLE) -lcriterion -lm' $(filter-out %/console_pl011.c,$(ARM_SOURCES))
