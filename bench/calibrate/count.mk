# SPDX-License-Identifier: BSD-2-Clause
# COUNTING=1: systems that count what they are charged for, for the calibration
# (bench/calibrate). Included by the Makefile.
COUNT_WRAPS := hypercall interrupt fault sim_boot sim_shutdown sim_uart_write \
               $(addprefix thimble_,read32 read16 read8 write32 write16 write8 execute \
               time compute seed buffer stats)
ifneq ($(COUNTING),)
$(BUILD)/count.o: bench/calibrate/count.c Makefile
	@echo "  CC      $<"
	@mkdir -p $(@D)
	$(Q)$(COMPILE)
-include $(BUILD)/count.d

COUNTED_BENCH := $(sort $(basename $(notdir $(wildcard bench/arm/*.c))))
$(foreach name,$(COUNTED_BENCH),$(eval $(call system_rules,counted/$(name),bench/arm/$(name).c)))
define count_rules
$(BUILD)/$(1)/count: $$(SYSTEM_OBJECTS_$(1)) $(BUILD)/sim/main.o $(BUILD)/count.o $(LIBDESCRIBE) $(LIBTHIMBLE)
	@echo "  LD      $$@"
	$(Q)$$(LINK) $$(COUNT_WRAPS:%=-Wl,--wrap=%)
endef
$(foreach name,$(SYSTEMS:%=systems/%) $(COUNTED_BENCH:%=counted/%),$(eval $(call count_rules,$(name))))

.PHONY: count-programs
count-programs: $(SYSTEMS:%=$(BUILD)/systems/%/count) $(COUNTED_BENCH:%=$(BUILD)/counted/%/count)
endif
