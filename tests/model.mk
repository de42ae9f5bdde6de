# SPDX-License-Identifier: BSD-2-Clause
# Reference model, soak, canaries and fuzzing. Included by the Makefile, or by
# hand: make -f Makefile -f tests/model.mk soak.
#
#   make soak STEPS=1000000 SEED=1 [SAN=1] [CANARY=1..11]
#   make canaries [CANARIES='6 7']
#   make shrink INPUT=file        make findings
#   make fuzz SECONDS=60 [CANARY=1..11]  make fuzz-replay [INPUT=file]
#   make fuzz-vmm SECONDS=60             make fuzz-vmm-replay [INPUT=file]
#
# Core and machine are compiled a second time here, with pools of their own size.
# With CANARY=n, from a copy of the sources that has bug n planted in it.

ifndef MODEL_INCLUDED
MODEL_INCLUDED := 1

STEPS   ?= 1000000
SEED    ?= 1
CANARY  ?=
CANARIES ?= 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
SECONDS ?= 60

comma := ,
MODEL_OUT  := $(BUILD)/model
MODEL_CORE_OUT := $(MODEL_OUT)$(if $(CANARY),/canary$(CANARY))
MODEL_TREE := $(if $(CANARY),$(MODEL_CORE_OUT)/tree/)
MODEL_CORE := $(CORE_SOURCES) $(ARM_SOURCES)
MODEL_OWN  := $(filter-out tests/model/soak.c,$(wildcard tests/model/*.c))

MODEL_DEFINES  := -DSIM_RAM_SIZE=0x00800000U -DSIM_TABLE_PAGES=40U -DSIM_TLB_ENTRIES=256U -DSIM_CACHE_SETS=16U \
                  -DSIM_CODE_SETS=8U
MODEL_INCLUDES := $(addprefix -iquote ,tests/model/include core sim sim/include arm user user/lib tests/model tests/fuzz)
MODEL_WRAPS    := $(addprefix -Wl$(comma)--wrap=,hw_isr_pending sc_expire sim_cost_load sim_timer_set_cval \
                    host_signals_install)
MODEL_COMPILE   = $(CC) $(CFLAGS) $(STRICT) -fno-pie -MMD -MP $(MODEL_DEFINES) $(MODEL_INCLUDES) -c -o $@ $<

MODEL_CORE_OBJECTS := $(MODEL_CORE:%.c=$(MODEL_CORE_OUT)/%.o)
MODEL_OBJECTS      := $(patsubst %.c,$(MODEL_OUT)/%.o,$(SIM_SOURCES) $(MODEL_OWN)) \
                      $(MODEL_OUT)/sim/switch_$(HOST_CPU).o
SOAK               := $(MODEL_CORE_OUT)/soak

.PHONY: soak soak-program canaries canary-build
soak: $(SOAK) ## random steps, core and reference model compared: STEPS=1000000 SEED=1 CANARY=n
	@rm -f $(MODEL_CORE_OUT)/finding
	$(Q)CANARY=$(CANARY) $(RUN_UNDER) $< --steps $(STEPS) --seed $(SEED) --finding $(MODEL_CORE_OUT)/finding || \
	    { $(MAKE) -s --no-print-directory shrink INPUT=$(MODEL_CORE_OUT)/finding; exit 1; }

soak-program: $(SOAK)

$(SOAK): $(MODEL_CORE_OBJECTS) $(MODEL_OBJECTS) $(MODEL_OUT)/tests/model/soak.o
	@echo "  LD      $@" >&2
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -no-pie $(MODEL_WRAPS) -o $@ $^

canaries: $(MODEL_OBJECTS) $(MODEL_OUT)/tests/model/soak.o ## plant bugs in the core: soak must find each: CANARIES='4 6'
	$(Q)tests/model/canaries.sh '$(CANARIES)' $(MAKE) --no-print-directory $(addprefix -f ,$(MODEL_MAKEFILES))
canary-build: $(SOAK)
	@echo $<
# The makefiles that were read: canaries.sh calls make with the same.
MODEL_MAKEFILES := $(filter Makefile tests/model.mk,$(MAKEFILE_LIST))

ifdef CANARY
$(MODEL_CORE:%=$(MODEL_TREE)%): $(MODEL_TREE)planted
$(MODEL_CORE_OBJECTS): $(MODEL_TREE)planted
$(MODEL_TREE)planted: tests/model/canary.sh $(wildcard core/* arm/*)
	$(Q)tests/model/canary.sh $(CANARY) $(@D) && touch $@
endif

$(MODEL_CORE_OUT)/core/%.o: $(MODEL_TREE)core/%.c
	@mkdir -p $(@D)
	$(Q)$(MODEL_COMPILE)
$(MODEL_CORE_OUT)/arm/%.o: $(MODEL_TREE)arm/%.c
	@mkdir -p $(@D)
	$(Q)$(MODEL_COMPILE)
$(MODEL_OUT)/sim/%.o: sim/%.c
	@mkdir -p $(@D)
	$(Q)$(MODEL_COMPILE)
$(MODEL_OUT)/sim/%.o: sim/%.S
	@mkdir -p $(@D)
	$(Q)$(MODEL_COMPILE)
$(MODEL_OUT)/tests/model/%.o: tests/model/%.c
	@mkdir -p $(@D)
	$(Q)$(MODEL_COMPILE)

-include $(MODEL_CORE_OBJECTS:.o=.d) $(MODEL_OBJECTS:.o=.d) $(MODEL_OUT)/tests/model/soak.d

# ---- findings ----------------------------------------------------------------
# A finding of soak or of the fuzzer becomes a Criterion test. Those that are
# kept in tests/findings are part of `make check`.
SHRINK        := $(MODEL_CORE_OUT)/shrink
SHRINK_SECONDS ?= 20
FINDINGS_OUT  ?= build/findings
FINDING_TESTS ?= $(wildcard tests/findings/test_*.c)
FINDING_OTHER := $(filter-out tests/findings/%,$(FINDING_TESTS))
FINDINGS      := $(MODEL_CORE_OUT)/finding$(if $(FINDING_OTHER),,s)
SHRINK_OBJECTS := $(patsubst %.c,$(MODEL_OUT)/%.o,$(wildcard tests/shrink/*.c))

.PHONY: shrink shrink-program findings finding-program
shrink: $(SHRINK) ## a finding becomes a test: INPUT=file
	$(if $(INPUT),,$(error make shrink INPUT=file: a finding of soak or of the fuzzer))
	$(Q)CANARY=$(CANARY) $< --out $(FINDINGS_OUT) --seconds $(SHRINK_SECONDS) $(INPUT)
	@echo "shrink: to keep the test, move it to tests/findings"
shrink-program: $(SHRINK)
	@echo $<

$(SHRINK): $(MODEL_CORE_OBJECTS) $(MODEL_OBJECTS) $(SHRINK_OBJECTS)
	@echo "  LD      $@" >&2
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -no-pie $(MODEL_WRAPS) -o $@ $^

findings: $(FINDINGS) ## the tests that were made of findings; part of check
	$(Q)$< --jobs 1
finding-program: $(FINDINGS)
	@echo $<
# The tests are small: compiled with the program.
$(FINDINGS): $(MODEL_CORE_OBJECTS) $(MODEL_OBJECTS) $(MODEL_OUT)/tests/findings/finding_test.o \
             $(FINDING_TESTS) tests/findings $(if $(FINDING_OTHER),always)
	@echo "  LD      $@" >&2
	$(Q)$(CC) $(CFLAGS) $(MODEL_DEFINES) $(MODEL_INCLUDES) -iquote tests/findings $(LDFLAGS) -fno-pie -no-pie \
	    $(MODEL_WRAPS) -o $@ $(filter %.o %.c,$^) -lcriterion
.PHONY: always
always:

$(MODEL_OUT)/tests/shrink/%.o: tests/shrink/%.c
	@mkdir -p $(@D)
	$(Q)$(MODEL_COMPILE)
$(MODEL_OUT)/tests/findings/finding_test.o: tests/findings/finding_test.c | $(BUILD)/needs/criterion/criterion.h
	@mkdir -p $(@D)
	$(Q)$(MODEL_COMPILE)
-include $(SHRINK_OBJECTS:.o=.d) $(MODEL_OUT)/tests/findings/finding_test.d

# ---- fuzzing -----------------------------------------------------------------
# With clang's libFuzzer. Only core/ and arm/ are instrumented for coverage: an
# input is interesting if it shows something new of them, not of the model.
FUZZ_CC     ?= clang
FUZZ_OUT    := $(BUILD)/fuzz
FUZZ_CORE_OUT := $(FUZZ_OUT)$(if $(CANARY),/canary$(CANARY))
FUZZ_SEED   ?= 0
FUZZ_CORPUS := tests/fuzz/corpus
FUZZ_MAX    := 1024
FUZZ_COMPILE = $(FUZZ_CC) $(CFLAGS) $(FUZZ_COVERAGE) $(STRICT) -fno-pie -MMD -MP $(MODEL_DEFINES) $(MODEL_INCLUDES) -c -o $@ $<
FUZZ_CORE_OBJECTS := $(MODEL_CORE:%.c=$(FUZZ_CORE_OUT)/%.o)
FUZZ_OBJECTS := $(FUZZ_CORE_OBJECTS) \
                $(patsubst %.c,$(FUZZ_OUT)/%.o,$(SIM_SOURCES) $(MODEL_OWN) tests/fuzz/fuzz.c) \
                $(FUZZ_OUT)/sim/switch_$(HOST_CPU).o

.PHONY: fuzz fuzz-replay fuzz-corpus
fuzz: $(FUZZ_CORE_OUT)/fuzz ## the same comparison, its decisions chosen by libFuzzer: SECONDS=60
	@mkdir -p $(FUZZ_CORE_OUT)/corpus
	@rm -f $(FUZZ_CORE_OUT)/finding
	$(Q)$< -max_total_time=$(SECONDS) -max_len=$(FUZZ_MAX) -len_control=0 -timeout=10 -seed=$(FUZZ_SEED) \
	    -print_final_stats=0 -verbosity=0 -exact_artifact_path=$(FUZZ_CORE_OUT)/finding \
	    $(FUZZ_CORE_OUT)/corpus $(FUZZ_CORPUS) 2>$(FUZZ_CORE_OUT)/log || \
	    { grep -A20 '^fuzz: step' $(FUZZ_CORE_OUT)/log || tail -n 40 $(FUZZ_CORE_OUT)/log; \
	      echo "replay: make fuzz-replay INPUT=$(FUZZ_CORE_OUT)/finding$(if $(CANARY), CANARY=$(CANARY))"; \
	      $(MAKE) -s --no-print-directory shrink INPUT=$(FUZZ_CORE_OUT)/finding; exit 1; }

# What a long run has found, minimised, becomes the committed corpus: of those
# inputs that libFuzzer's merge kept, the smallest, and the long random ones.
FUZZ_BYTES := 380000
fuzz-corpus: $(FUZZ_OUT)/fuzz ## make the committed inputs anew, of what fuzz has found
	$(Q)rm -rf $(FUZZ_OUT)/merged && mkdir -p $(FUZZ_OUT)/merged
	$(Q)$< -merge=1 -max_len=$(FUZZ_MAX) -verbosity=0 $(FUZZ_OUT)/merged $(FUZZ_CORPUS) $(FUZZ_OUT)/corpus
	$(Q)find $(FUZZ_CORPUS) -type f ! -name 'long-*' -delete
	$(Q)bytes=0; for name in $$(ls -rS $(FUZZ_OUT)/merged); do \
	    bytes=$$((bytes + $$(wc -c <$(FUZZ_OUT)/merged/$$name))); \
	    [ $$bytes -gt $(FUZZ_BYTES) ] || cp $(FUZZ_OUT)/merged/$$name $(FUZZ_CORPUS)/; done

fuzz-replay: $(MODEL_CORE_OUT)/fuzz-replay ## the committed inputs again, or INPUT=file step by step; part of check
	$(Q)$(if $(INPUT),FUZZ_PRINT=1) $< $(or $(INPUT),$(wildcard $(FUZZ_CORPUS)/*))

$(MODEL_CORE_OUT)/fuzz-replay: $(MODEL_CORE_OBJECTS) $(MODEL_OBJECTS) \
                          $(MODEL_OUT)/tests/fuzz/fuzz.o $(MODEL_OUT)/tests/fuzz/replay.o
	@echo "  LD      $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -no-pie $(MODEL_WRAPS) -o $@ $^
$(MODEL_OUT)/tests/fuzz/%.o: tests/fuzz/%.c
	@mkdir -p $(@D)
	$(Q)$(MODEL_COMPILE)

$(FUZZ_CORE_OUT)/fuzz: $(FUZZ_OBJECTS)
	@echo "  LD      $@"
	$(Q)$(FUZZ_CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -no-pie $(MODEL_WRAPS) -o $@ $^
ifdef CANARY
$(FUZZ_CORE_OBJECTS): $(MODEL_TREE)planted
$(FUZZ_CORE_OUT)/core/%.o: $(MODEL_TREE)core/%.c
	@mkdir -p $(@D)
	$(Q)$(FUZZ_COMPILE)
$(FUZZ_CORE_OUT)/arm/%.o: $(MODEL_TREE)arm/%.c
	@mkdir -p $(@D)
	$(Q)$(FUZZ_COMPILE)
endif
# The checks that stand in core/ are no paths of the core.
$(filter-out %/check.o,$(FUZZ_CORE_OBJECTS)): FUZZ_COVERAGE := -fsanitize=fuzzer-no-link
$(FUZZ_OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(FUZZ_COMPILE)
$(FUZZ_OUT)/%.o: %.S
	@mkdir -p $(@D)
	$(Q)$(FUZZ_COMPILE)

-include $(FUZZ_OBJECTS:.o=.d) $(MODEL_OUT)/tests/fuzz/fuzz.d $(MODEL_OUT)/tests/fuzz/replay.d

# ---- the VMM's devices ---------------------------------------------------------
# With the address and undefined-behaviour sanitizers; only user/vmm/ is instrumented for
# coverage.
FUZZ_VMM_OUT     := $(BUILD)/fuzz-vmm
FUZZ_VMM_CORPUS  := tests/fuzz/corpus-vmm
FUZZ_VMM_MAX     := 2048
FUZZ_VMM_SOURCES := $(filter-out %/vmm_port.c %/vmm_program.c,$(wildcard user/vmm/*.c))
FUZZ_VMM_TESTS   := tests/fuzz/fuzz_vmm.c tests/support/vmm_rig.c
FUZZ_VMM_SAN     := -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_VMM_INCLUDES := $(INCLUDES) $(addprefix -iquote ,tests/support tests/fuzz)

.PHONY: fuzz-vmm fuzz-vmm-replay fuzz-vmm-corpus
fuzz-vmm: $(FUZZ_VMM_OUT)/fuzz
	@mkdir -p $(FUZZ_VMM_OUT)/corpus
	@rm -f $(FUZZ_VMM_OUT)/finding
	$(Q)$< -max_total_time=$(SECONDS) -max_len=$(FUZZ_VMM_MAX) -len_control=0 -timeout=10 -seed=$(FUZZ_SEED) \
	    -print_final_stats=1 -verbosity=0 -exact_artifact_path=$(FUZZ_VMM_OUT)/finding \
	    $(FUZZ_VMM_OUT)/corpus $(FUZZ_VMM_CORPUS) 2>$(FUZZ_VMM_OUT)/log || \
	    { tail -n 40 $(FUZZ_VMM_OUT)/log; \
	      echo "replay: make fuzz-vmm-replay INPUT=$(FUZZ_VMM_OUT)/finding"; exit 1; }
	@awk '/number_of_executed_units/ { print "fuzz-vmm: " $$2 " inputs, no finding" }' $(FUZZ_VMM_OUT)/log

# The smallest of what libFuzzer's merge keeps, as for the core.
FUZZ_VMM_BYTES := 60000
fuzz-vmm-corpus: $(FUZZ_VMM_OUT)/fuzz
	$(Q)rm -rf $(FUZZ_VMM_OUT)/merged && mkdir -p $(FUZZ_VMM_OUT)/merged $(FUZZ_VMM_CORPUS)
	$(Q)$< -merge=1 -max_len=$(FUZZ_VMM_MAX) -verbosity=0 $(FUZZ_VMM_OUT)/merged $(FUZZ_VMM_CORPUS) $(FUZZ_VMM_OUT)/corpus
	$(Q)find $(FUZZ_VMM_CORPUS) -type f -delete
	$(Q)bytes=0; for name in $$(ls -rS $(FUZZ_VMM_OUT)/merged); do \
	    bytes=$$((bytes + $$(wc -c <$(FUZZ_VMM_OUT)/merged/$$name))); \
	    [ $$bytes -gt $(FUZZ_VMM_BYTES) ] || cp $(FUZZ_VMM_OUT)/merged/$$name $(FUZZ_VMM_CORPUS)/; done

fuzz-vmm-replay: $(FUZZ_VMM_OUT)/replay
	$(Q)$< $(or $(INPUT),$(wildcard $(FUZZ_VMM_CORPUS)/*))

$(FUZZ_VMM_OUT)/replay: $(FUZZ_VMM_SOURCES) $(FUZZ_VMM_TESTS) tests/fuzz/replay.c $(wildcard user/vmm/*.h tests/support/vmm_rig.h)
	@echo "  LD      $@"
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(FUZZ_VMM_INCLUDES) $(LDFLAGS) -fno-pie -no-pie -o $@ $(filter %.c,$^)

FUZZ_VMM_OBJECTS := $(patsubst %.c,$(FUZZ_VMM_OUT)/%.o,$(FUZZ_VMM_SOURCES) $(FUZZ_VMM_TESTS))
$(FUZZ_VMM_SOURCES:%.c=$(FUZZ_VMM_OUT)/%.o): FUZZ_VMM_COVERAGE := -fsanitize=fuzzer-no-link
$(FUZZ_VMM_OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(CFLAGS) $(FUZZ_VMM_SAN) $(FUZZ_VMM_COVERAGE) -fno-pie -MMD -MP $(FUZZ_VMM_INCLUDES) -c -o $@ $<
$(FUZZ_VMM_OUT)/fuzz: $(FUZZ_VMM_OBJECTS)
	@echo "  LD      $@"
	$(Q)$(FUZZ_CC) $(CFLAGS) $(LDFLAGS) $(FUZZ_VMM_SAN) -fsanitize=fuzzer -no-pie -o $@ $^
-include $(FUZZ_VMM_OBJECTS:.o=.d)

endif
