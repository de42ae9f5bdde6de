# SPDX-License-Identifier: BSD-2-Clause
# What runs in VMs: fetched or built, never committed. Included by the Makefile and by
# arm/arm.mk.
GUESTS       ?= build/guests
GUEST_KERNEL ?= armmp
VM_SYSTEMS   := $(notdir $(patsubst %/system.c,%,$(shell grep -l '\.vm = true' user/systems/*/system.c)))

GUEST_KERNELS := armmp armmp-lpae rt-armmp
ifeq ($(filter $(GUEST_KERNEL),$(GUEST_KERNELS)),)
$(error GUEST_KERNEL=$(GUEST_KERNEL): there are $(GUEST_KERNELS))
endif

# All that systems with VMs take.
GUESTS_READY := $(GUESTS)/initrds $(GUESTS)/rtos.bin
.PHONY: guests
guests: $(GUESTS_READY) ## kernels, busybox and U-Boot from Debian's armhf archive, into build/guests
$(GUESTS)/fetched: user/guests/fetch.sh
	$(Q)mkdir -p $(GUESTS) && flock $(GUESTS)/lock user/guests/fetch.sh $(GUESTS) && touch $@
$(GUESTS)/initrds: $(GUESTS)/fetched user/guests/initrd.py user/guests/init
	@command -v python3 >/dev/null || { echo "python3 is missing: run \`make bootstrap\`" >&2; exit 1; }
	@echo "  INITRD  $(GUESTS)"
	$(Q)for kernel in $(GUEST_KERNELS); do \
	    python3 user/guests/initrd.py --init user/guests/init --busybox $(GUESTS)/packages/busybox-static/bin/busybox \
	        --modules $(GUESTS)/$$kernel/package/ --out $(GUESTS)/$$kernel/initrd || exit 1; done && touch $@
# A bare-metal guest of our own: rtos/.
GUEST_CC := arm-none-eabi-gcc -march=armv7ve -mtune=cortex-a15 -mfloat-abi=soft -ffreestanding -mthumb -Os -g -std=gnu11 \
            -Wall -Wextra -Werror -Wshadow -Wundef -fno-unwind-tables -fno-asynchronous-unwind-tables
$(GUESTS)/rtos.bin: $(wildcard user/guests/rtos/*)
	@echo "  GUEST   $@"
	$(Q)mkdir -p $(GUESTS) && $(GUEST_CC) -nostdlib -static -T user/guests/rtos/rtos.ld -o $(GUESTS)/rtos.elf \
	    $(filter %.c %.S,$^) -lgcc && arm-none-eabi-objcopy -O binary $(GUESTS)/rtos.elf $@
