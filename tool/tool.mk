# SPDX-License-Identifier: BSD-2-Clause
# The program `thimble`, its man page and completion, and `make install`. Included by the
# Makefile.

TOOL         := $(BUILD)/thimble
TOOL_SOURCES := $(wildcard tool/*.c)
TOOL_OBJECTS := $(TOOL_SOURCES:%.c=$(BUILD)/%.o)
TOOL_FOLDERS := core sim sim/include arm user user/lib user/describe
# What the host's programs of a system are linked with, besides Thimble's own.
HOST_LIBS    ?= -ljansson
TOOL_VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
TOOL_DEFINES := -DTOOL_CC='"$(CC)"' -DTOOL_INCLUDES='"$(TOOL_FOLDERS)"' -DTOOL_HEADERS='"$(CC_HEADERS)"' \
                -DTOOL_LIBS='"$(HOST_LIBS)"' -DTOOL_VERSION='"$(TOOL_VERSION)"'
$(TOOL_OBJECTS): CFLAGS += $(TOOL_DEFINES)
$(TOOL_SOURCES:%=$(BUILD)/lint/%.tidy): LINT_INCLUDES += $(TOOL_DEFINES)
$(TOOL_OBJECTS): | $(BUILD)/needs/jansson.h
$(eval $(call compile_rules,tool))
-include $(TOOL_OBJECTS:.o=.d)

.PHONY: tool install uninstall
# All that the program needs to work from this tree.
tool: $(TOOL) $(LIBTHIMBLE) $(LIBDESCRIBE) $(BUILD)/sim/main.o $(BUILD)/user/describe/main.o ## the program `thimble`: build/thimble
$(TOOL): $(TOOL_OBJECTS) $(LIBDESCRIBE)
	@echo "  LD      $@"
	$(Q)$(LINK) -ljansson -lm

# What `thimble` needs of this tree, in one folder: sources that images and users' programs are
# made of, and what the simulator's programs are linked with.
PREFIX     ?= /usr/local
INSTALL_IN := $(DESTDIR)$(PREFIX)
INSTALLED  := $(INSTALL_IN)/lib/thimble
INSTALL_FOLDERS := core arm sim user gdb tool/template
INSTALL_BUILT   := build/sim/libthimble.a build/sim/main.o build/user/libdescribe.a build/user/describe/main.o
# Tests' fragments are not there; nor are their goals.
INSTALL_FILES   := Makefile tests/scripts/variables.awk $(INSTALL_BUILT)
install: tool ## install `thimble` with all it needs: PREFIX=/usr/local DESTDIR=
	$(if $(VARIANT),$(error make install takes the default build))
	$(Q)rm -rf '$(INSTALLED)' && mkdir -p '$(INSTALLED)' '$(INSTALL_IN)/bin' '$(INSTALL_IN)/share/man/man1' \
	    '$(INSTALL_IN)/share/bash-completion/completions' '$(INSTALL_IN)/lib/pkgconfig'
	$(Q)tar -cf - $(INSTALL_FOLDERS) | tar -C '$(INSTALLED)' -xf -
	$(Q)tar -cf - $(INSTALL_FILES) | tar -C '$(INSTALLED)' -xf -
	$(Q)install $(TOOL) '$(INSTALL_IN)/bin/thimble'
	$(Q)$(TOOL) --generate man >'$(INSTALL_IN)/share/man/man1/thimble.1'
	$(Q)$(TOOL) --generate completion >'$(INSTALL_IN)/share/bash-completion/completions/thimble'
	$(Q)sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(TOOL_VERSION)|' -e 's|@FOLDERS@|$(TOOL_FOLDERS:%=-iquote $${root}/%)|' \
	    -e 's|@LIBS@|$(HOST_LIBS)|' tool/thimble.pc.in >'$(INSTALL_IN)/lib/pkgconfig/thimble.pc'
	@echo 'installed: $(PREFIX)/bin/thimble; thimble --help says what it does'
uninstall: ## remove what `make install PREFIX=...` has installed
	$(Q)rm -rf '$(INSTALLED)' '$(INSTALL_IN)/bin/thimble' '$(INSTALL_IN)/share/man/man1/thimble.1' \
	    '$(INSTALL_IN)/share/bash-completion/completions/thimble' '$(INSTALL_IN)/lib/pkgconfig/thimble.pc'
