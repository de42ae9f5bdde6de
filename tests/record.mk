# SPDX-License-Identifier: BSD-2-Clause
# The simulator's side of the tests on the target: systems that record what happens
# (tests/target), to be compared with what happens on a board. Included by the Makefile.

# The core's own functions, seen by the recorder.
RECORD_WRAPS := trace_record hypercall ipc_call ipc_reply_recv machine_panic
RECORD_DIR   := $(BUILD)/tests/target
RECORD_SIM   := $(addprefix $(RECORD_DIR)/,record.o record_sim.o)

$(RECORD_DIR)/%.o: tests/target/%.c Makefile
	@echo "  CC      $<"
	@mkdir -p $(@D)
	$(Q)$(COMPILE)
-include $(RECORD_SIM:.o=.d)

define record_rules
$(BUILD)/systems/$(1)/record: $$(SYSTEM_OBJECTS_systems/$(1)) $(BUILD)/sim/main.o $(RECORD_SIM) $(LIBDESCRIBE) $(LIBTHIMBLE) | $(BUILD)/systems/$(1)/checked
	@echo "  LD      $$@"
	$(Q)$$(LINK) $$(RECORD_WRAPS:%=-Wl,--wrap=%) -Wl,--wrap=sim_boot,--wrap=sim_shutdown
endef
# Programs of attacks are ARM instructions.
RECORDED := $(SYSTEMS) $(filter-out attacks,$(TEST_SYSTEMS))
$(foreach name,$(RECORDED),$(eval $(call record_rules,$(name))))

# What compares two records; also says what is wrong in one.
$(BUILD)/tests/target/compare: $(RECORD_DIR)/compare.o
	@echo "  LD      $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -no-pie -o $@ $^

.PHONY: record-programs
record-programs: $(RECORDED:%=$(BUILD)/systems/%/record) $(BUILD)/tests/target/compare
