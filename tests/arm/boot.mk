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
# An image whose board has a mistake: more lines than its controller.
$(OUT)/lines/board_config.h: arm/boards/$(BOARD).h
	$(Q)mkdir -p $(@D) && sed 's/\.lines = [0-9]*U/.lines = 1020U/' $< >$@ && echo '#define board $(subst -,_,$(BOARD))' >>$@
$(OUT)/lines/main.o: arm/main.c $(OUT)/lines/board_config.h $(GEN)/limits_config.h
	$(Q)$(CROSS)gcc $(ARM_CFLAGS) -mno-unaligned-access -iquote $(@D) $(KERNEL_INCLUDES) -c -o $@ $<
$(OUT)/lines.elf: $(filter-out %/arm/main.o,$(KERNEL_OBJECTS)) $(OUT)/lines/main.o $(IMAGE_OBJECTS) $(OUT)/image.ld
	@echo "  LD      $@"
	$(Q)$(CROSS)gcc $(ARM_CFLAGS) -fno-lto -nostdlib -static -Wl,--gc-sections -Wl,--no-warn-rwx-segments \
	    -Wl,--defsym,ARM_IMAGE_ID=1 -Wl,--defsym,RAM_AT=$(RAM_AT) -Wl,--defsym,IMAGE_SIZE=$(IMAGE_SIZE) -Wl,--defsym,STACK_SIZE=$(STACK_SIZE) \
	    -T $(OUT)/image.ld -o $@ $(filter %.o,$^) -lgcc
.PHONY: lines-image boot-lines
lines-image: $(OUT)/lines.elf
boot-lines:
	$(Q)$(MAKE) --no-print-directory BOARD=virt SYSTEM=pingpong lines-image
.PHONY: check-arm-boot $(BOOT_IMAGES)
$(BOOT_IMAGES): boot-image-%:
	$(Q)$(MAKE) --no-print-directory BOARD=$(patsubst %-$(lastword $(subst -, ,$*)),%,$*) \
	    SYSTEM=$(lastword $(subst -, ,$*)) image
check-arm-boot: $(BOOT_IMAGES) $(BOOT_VFP) $(BOOT_CONTENTS) boot-lines ## boots all boards in all ways, and with what cannot work
	$(call need,qemu-system-arm)
	$(Q)CROSS=$(CROSS) tests/arm/boot.sh build/arm
