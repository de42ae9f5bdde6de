# SPDX-License-Identifier: BSD-2-Clause
# The standing tests of faults that were reported from outside. Included by the Makefile.
#
#   make check-reported [SHORT=1]
#   make check-reported ARCH=arm [SHORT=1]

.PHONY: check-reported
check-reported: test-programs $(BAD_DIRS:%=$(BUILD)/%/describe) ## tests of faults that were found from outside: SHORT=1, ARCH=arm
	$(Q)tests/reported/self.sh $(BUILD)/reported/self
	$(Q)MAKE='$(MAKE)' BUILD='$(BUILD)' ON=sim tests/reported/run.sh tests/reported/host.txt $(BUILD)/reported/rows $(JOBS) $(if $(SHORT),short)
