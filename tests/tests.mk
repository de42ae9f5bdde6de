# SPDX-License-Identifier: BSD-2-Clause
TESTS_DIR     := $(BUILD)/tests
TEST_SOURCES  := $(wildcard tests/unit/*.c) \
                 $(filter-out tests/support/plain_runner.c,$(wildcard tests/support/*.c))
TEST_OBJECTS  := $(TEST_SOURCES:%.c=$(BUILD)/%.o)

$(BUILD)/tests/%.o: tests/%.c
	@echo "  CC      $<"
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -fno-pie -MMD -MP $(INCLUDES) -iquote tests/support -c -o $@ $<

$(TESTS_DIR)/criterion: $(TEST_OBJECTS) $(LIBDESCRIBE) $(LIBTHIMBLE)
	@echo "  LD      $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -no-pie -o $@ $^ -lcriterion -lm

.PHONY: check
check: $(TESTS_DIR)/criterion
	$(Q)$<
-include $(TEST_OBJECTS:.o=.d)
