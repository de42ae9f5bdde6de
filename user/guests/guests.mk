# SPDX-License-Identifier: BSD-2-Clause
# What runs in VMs: fetched or built, never committed. Included by the Makefile and by
# arm/arm.mk.
GUESTS       ?= build/guests
GUEST_KERNEL ?= armmp
VM_SYSTEMS   := $(notdir $(patsubst %/system.c,%,$(shell grep -l '\.vm = true' user/systems/*/system.c tests/systems/*/system.c)))
# Of these, what the VMM starts: what is fetched.
VM_FETCHED   := $(notdir $(patsubst %/system.c,%,$(shell grep -l 'VMM_CELL' user/systems/*/system.c tests/systems/*/system.c)))

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
GUEST_TOOLS := user/guests/tools
$(GUESTS)/initrds: $(GUESTS)/fetched user/guests/initrd.py user/guests/init $(GUESTS)/modules $(GUESTS)/thimble
	@command -v python3 >/dev/null || { echo "python3 is missing: run \`make bootstrap\`" >&2; exit 1; }
	@echo "  INITRD  $(GUESTS)"
	$(Q)for kernel in $(GUEST_KERNELS); do \
	    python3 user/guests/initrd.py --init user/guests/init --busybox $(GUESTS)/packages/busybox-static/bin/busybox \
	        --program $(GUESTS)/thimble --module $(GUESTS)/$$kernel/module/thimble.ko \
	        --modules $(GUESTS)/$$kernel/package/ --out $(GUESTS)/$$kernel/initrd || exit 1; done && touch $@

# For Linux in a VM: its kernel module, by Debian's headers, and a program that uses it. The
# module is without debug information, which would say where it was built.
LINUX_CC      := arm-linux-gnueabihf-gcc
linux_cc_here  = command -v $(LINUX_CC) >/dev/null || { echo "$(LINUX_CC) is missing: run \`make bootstrap\`" >&2; exit 1; }
HEADERS_AT    := $(abspath $(GUESTS))/headers/usr/src
$(GUESTS)/modules: $(GUESTS)/fetched user/guests/module/thimble.c
	@$(linux_cc_here)
	@echo "  MODULE  $(GUESTS)"
	$(Q)for kernel in $(GUEST_KERNELS); do \
	    module=$(abspath $(GUESTS))/$$kernel/module && read -r headers common <$(GUESTS)/$$kernel/headers && \
	    rm -rf $$module && mkdir -p $$module && cp user/guests/module/thimble.c $$module && echo 'obj-m := thimble.o' >$$module/Makefile && \
	    env -u MAKEFLAGS -u MAKEOVERRIDES -u MFLAGS $(MAKE) -s -C $(HEADERS_AT)/$$headers -f $(HEADERS_AT)/$$common/Makefile M=$$module ARCH=arm \
	        CROSS_COMPILE=arm-linux-gnueabihf- CC=$(LINUX_CC) KCFLAGS='-g0 -Werror' modules >$$module/log 2>&1 || \
	    { cat $$module/log >&2; exit 1; }; done && touch $@
$(GUESTS)/thimble: $(wildcard $(GUEST_TOOLS)/*.[ch] user/lib/channel*.[ch]) user/systems/linux-prio/prio.h user/systems/two-linux/echo.h core/abi.h
	@$(linux_cc_here)
	@echo "  GUEST   $@"
	$(Q)mkdir -p $(GUESTS) && $(LINUX_CC) -std=gnu11 -O2 -g0 -static -s -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
	    -Wmissing-prototypes -Wl,--build-id=none $(addprefix -iquote ,$(GUEST_TOOLS) user/lib core user/systems/linux-prio user/systems/two-linux) \
	    -o $@ $(filter %.c,$^)
# A bare-metal guest of our own: rtos/.
GUEST_CC := arm-none-eabi-gcc -march=armv7ve -mtune=cortex-a15 -mfloat-abi=soft -ffreestanding -mthumb -Os -g -std=gnu11 \
            -Wall -Wextra -Werror -Wshadow -Wundef -fno-unwind-tables -fno-asynchronous-unwind-tables
$(GUESTS)/rtos.bin: $(wildcard user/guests/rtos/*)
	@echo "  GUEST   $@"
	$(Q)mkdir -p $(GUESTS) && $(GUEST_CC) -nostdlib -static -T user/guests/rtos/rtos.ld -o $(GUESTS)/rtos.elf \
	    $(filter %.c %.S,$^) -lgcc && arm-none-eabi-objcopy -O binary $(GUESTS)/rtos.elf $@
