# SPDX-License-Identifier: BSD-2-Clause
# Booting in QEMU: every board and way in, and what is wrong says so in one line.
BOOT_IMAGES := $(foreach board,$(BOARDS),boot-image-$(board)-pingpong boot-image-$(board)-drivers)
.PHONY: check-arm-boot $(BOOT_IMAGES)
$(BOOT_IMAGES): boot-image-%:
	$(Q)$(MAKE) --no-print-directory BOARD=$(patsubst %-$(lastword $(subst -, ,$*)),%,$*) \
	    SYSTEM=$(lastword $(subst -, ,$*)) image
check-arm-boot: $(BOOT_IMAGES) ## boots all boards in all ways, and with what cannot work
	$(call need,qemu-system-arm)
	$(Q)CROSS=$(CROSS) tests/arm/boot.sh build/arm
