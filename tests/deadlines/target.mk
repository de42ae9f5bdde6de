# SPDX-License-Identifier: BSD-2-Clause
# Included by arm/arm.mk: a part of the search for deadlines that are accepted and missed, on ARM.
#
#   make ARCH=arm deadlines [N=3] [SEED=3]

.PHONY: deadlines
deadlines: ## random systems that the checker accepts keep their deadlines in QEMU: N=3 SEED=3
	$(call need,qemu-system-arm)
	+$(Q)$(host_make) build/deadlines/deadlines
	$(Q)tests/deadlines/target.sh build/deadlines/deadlines $(CURDIR)/build/deadlines/arm $(or $(N),3) $(or $(SEED),3) \
	    '$(MAKE) --no-print-directory'
