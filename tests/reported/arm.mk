# SPDX-License-Identifier: BSD-2-Clause
# As reported.mk, in QEMU. Included by arm/arm.mk.

REPORTED_ROWS    := $(shell sed -n 's/^[a-z0-9-]* *| *\(system\|vm\|check\) *\([^ |]*\).*/\1:\2/p' tests/reported/arm.txt)
REPORTED_SYSTEMS := $(sort $(foreach run,$(patsubst vm:%,%,$(filter vm:%,$(REPORTED_ROWS))),$(call check_vm_system,$(run))) \
                      $(foreach run,$(patsubst system:%,%,$(filter system:%,$(REPORTED_ROWS))),$(call system_of,$(run))))

.PHONY: check-reported
check-reported: $(if $(filter vm:%,$(REPORTED_ROWS)),$(GUESTS_READY)) ## tests of faults that were found from outside: SHORT=1
	$(call need,qemu-system-arm python3)
	$(Q)mkdir -p $(CHECK_OUT) $(CHECK_VMS_OUT)
	+$(Q)$(host_make) $(all_jobs) record-programs $(REPORTED_SYSTEMS:%=build/systems/%/describe)
	$(Q)MAKE='$(MAKE)' BUILD=build ON=arm tests/reported/run.sh tests/reported/arm.txt build/arm/reported $(JOBS) $(if $(SHORT),short)
