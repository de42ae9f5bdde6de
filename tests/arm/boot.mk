# SPDX-License-Identifier: BSD-2-Clause
# Booting in QEMU: every board and way in, and what is wrong says so in one line.
BOOT_IMAGES := $(foreach board,$(BOARDS),boot-image-$(board)-pingpong boot-image-$(board)-drivers)
BOOT_VFP    := $(BOARDS:%=boot-vfp-%)
$(BOOT_VFP): boot-vfp-%:
	$(Q)$(MAKE) --no-print-directory BOARD=$* SYSTEM=tests/arm/systems/vfp.c image
BOOT_CONTENTS := $(BOARDS:%=boot-contents-%)
$(BOOT_CONTENTS): boot-contents-%:
	$(Q)$(MAKE) --no-print-directory BOARD=$* SYSTEM=tests/arm/systems/contents.c image
.PHONY: $(BOOT_VFP) $(BOOT_CONTENTS)
.PHONY: check-arm-boot $(BOOT_IMAGES)
$(BOOT_IMAGES): boot-image-%:
	$(Q)$(MAKE) --no-print-directory BOARD=$(patsubst %-$(lastword $(subst -, ,$*)),%,$*) \
	    SYSTEM=$(lastword $(subst -, ,$*)) image
check-arm-boot: $(BOOT_IMAGES) $(BOOT_VFP) $(BOOT_CONTENTS) ## boots all boards in all ways, and with what cannot work
	$(call need,qemu-system-arm)
	$(Q)CROSS=$(CROSS) tests/arm/boot.sh build/arm
