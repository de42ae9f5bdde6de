# SPDX-License-Identifier: BSD-2-Clause
# Mutation testing: of core/, and of what is around it: arm/ as far as the simulator links it,
# user/vmm/ and user/describe/. Included by the Makefile, after explore.mk.
#
#   make mutants [AREA=core|around] [N=300] [SEED=1] [JOBS=2]
#   make mutants-short [AREA=...]
#
# Each mutant is compiled up to three times, as the programs that test it need it.

MUTANTS_AREAS := core around
AREA          ?= $(MUTANTS_AREAS)
MUTANTS_N_core       := 300
MUTANTS_N_around     := 200
# What must be killed at least, in percent.
MUTANTS_LEAST_core   := 95
MUTANTS_LEAST_around := 90
MUTANTS_GROUPS_core   := core
MUTANTS_GROUPS_around := arm vmm describe

MUTANTS_OUT     := $(BUILD)/mutants
MUTATE          := $(MUTANTS_OUT)/mutate
# Without debug information and dependencies, so that objects can be compared.
MUTANTS_CFLAGS  := $(filter-out -g% -Werror -W%,$(CFLAGS)) -w -fno-pie
MUTANTS_SCRIPTS := $(wildcard tests/mutants/*.sh)

# What a release links, but for printing and names.
MUTANTS_SOURCES_core   := $(filter-out $(addprefix core/,check.c klog.c klog.h print.c print_none.c),$(wildcard core/*.c core/*.h))
# What the host links, but for main().
MUTANTS_VMM            := $(FUZZ_VMM_SOURCES)
MUTANTS_SOURCES_around := $(ARM_SOURCES) $(addprefix arm/,gic_inline.h gic_take.h) \
                          $(MUTANTS_VMM) $(wildcard user/vmm/*.h) $(DESCRIBE_SOURCES) $(wildcard user/describe/*.h)

# The unit tests of each group. Of the core's: all but kernel_check()'s own.
MUTANTS_UNITS     := $(filter $(BUILD)/tests/unit/%,$(TEST_OBJECTS))
MUTANTS_SUPPORT   := $(filter-out %/vmm_rig.o,$(filter $(BUILD)/tests/support/%,$(TEST_OBJECTS))) $(RUNNER_OBJECT)
units_of           = $(filter $(1:%=$(BUILD)/tests/unit/test_%.o),$(MUTANTS_UNITS))
MUTANTS_UNIT_core := $(filter-out $(call units_of,core_check core_check_memory core_check_vcpu),$(call units_of,core_% stage2 trace))
MUTANTS_UNIT_vmm      := $(call units_of,vmm_%) $(BUILD)/tests/support/vmm_rig.o
MUTANTS_UNIT_describe := $(call units_of,describe%)
# What is near comes first.
MUTANTS_NEAR_arm  := $(call units_of,stage2 gic timer uart arm_% mmu cache)
MUTANTS_UNIT_arm  := $(MUTANTS_NEAR_arm) \
                     $(filter-out $(MUTANTS_NEAR_arm) $(MUTANTS_UNIT_vmm) $(MUTANTS_UNIT_describe) $(call units_of,systems core_check%),$(MUTANTS_UNITS))
# Those with VMs, if their guests have been fetched.
MUTANTS_ACCEPTED  := $(SYSTEMS)
MUTANTS_EMITTED   := gateway drivers $(if $(wildcard $(GUESTS)/initrds),$(VM_SYSTEMS))
MUTANTS_REPLAY    := $(addprefix $(MUTANTS_OUT)/,fuzz_vmm.o replay.o)

.PHONY: mutants mutants-short mutants-program
mutants: $(AREA:%=mutants-%) ## small mutations, each of which tests must notice: AREA=core|around N=300 SEED=1
mutants-short: $(AREA:%=mutants-short-%) ## mutants that each kind of test must notice, and one that none can

# One area after the other: each takes as many CPUs as it may.
define mutants_rules
.PHONY: mutants-$(1) mutants-short-$(1)
mutants-$(1): mutants-program $(MUTANTS_OUT)/$(1)/settings $(2)
	$$(Q)tests/mutants/run.sh $(MUTANTS_OUT)/$(1) $$(JOBS) $$(or $$(N),$$(MUTANTS_N_$(1))) $$(SEED) $$(MUTANTS_LEAST_$(1))
mutants-short-$(1): mutants-program $(MUTANTS_OUT)/$(1)/settings $(3)
	$$(Q)tests/mutants/short.sh $(MUTANTS_OUT)/$(1) $$(JOBS)
endef
$(eval $(call mutants_rules,core))
$(eval $(call mutants_rules,around,$(and $(filter core,$(AREA)),mutants-core),$(and $(filter core,$(AREA)),mutants-short-core)))

mutants-program: $(MUTATE) $(SOAK) $(MODEL_CORE_OUT)/fuzz-replay $(FINDINGS) $(EXPLORE) $(MUTANTS_REPLAY) \
                 $(TESTS_DIR)/plain $(foreach system,$(sort $(MUTANTS_ACCEPTED) $(MUTANTS_EMITTED)),$(SYSTEM_OBJECTS_systems/$(system))) \
                 $(foreach dir,$(BAD_DIRS),$(SYSTEM_OBJECTS_$(dir))) $(BUILD)/user/describe/main.o $(LIBDESCRIBE) $(LIBTHIMBLE)
	$(if $(SAN)$(COVERAGE)$(CANARY),$(error make mutants: without SAN, COVERAGE and CANARY))
	$(if $(filter-out $(MUTANTS_AREAS),$(AREA)),$(error AREA=$(AREA): there are $(MUTANTS_AREAS)))

$(MUTATE): $(wildcard tests/mutants/*.c) tests/mutants/mutate.h
	@echo "  LD      $@"
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(STRICT) -iquote tests/mutants -iquote sim/include -o $@ $(filter %.c,$^)

$(MUTANTS_REPLAY): $(MUTANTS_OUT)/%.o: tests/fuzz/%.c $(wildcard tests/support/vmm_rig.h user/vmm/*.h)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -fno-pie $(FUZZ_VMM_INCLUDES) -c -o $@ $<

# For the scripts: how to compile and to link.
$(MUTANTS_OUT)/%/settings: tests/mutants/mutants.mk Makefile tests/model.mk tests/tests.mk tests/explore/explore.mk \
                           user/vmm user/describe tests/unit tests/bad-systems
	@mkdir -p $(@D)
	$(Q){ echo "area='$*'"; \
	    echo "groups='$(MUTANTS_GROUPS_$*)'"; \
	    echo "equivalents='tests/mutants/equivalents_$*.txt'"; \
	    echo "short='tests/mutants/short_$*.txt'"; \
	    echo "mutate='$(MUTATE)'"; \
	    echo "sources='$(MUTANTS_SOURCES_$*)'"; \
	    echo "core='$(CORE_SOURCES)'"; \
	    echo "arm='$(ARM_SOURCES)'"; \
	    echo "vmm='$(MUTANTS_VMM)'"; \
	    echo "describe='$(DESCRIBE_SOURCES)'"; \
	    echo "compile_model='$(CC) $(MUTANTS_CFLAGS) $(MODEL_DEFINES) $(MODEL_INCLUDES) -c'"; \
	    echo "compile_unit='$(CC) $(MUTANTS_CFLAGS) $(INCLUDES) -c'"; \
	    echo "compile_explore='$(CC) $(MUTANTS_CFLAGS) $(EXPLORE_DEFINES) $(EXPLORE_INCLUDES) -c'"; \
	    echo "link='$(CC) $(LDFLAGS) -no-pie'"; \
	    echo "wraps='$(MODEL_WRAPS)'"; \
	    echo "model_core='$(MODEL_CORE_OBJECTS)'"; \
	    echo "model_others='$(MODEL_OBJECTS)'"; \
	    echo "soak='$(MODEL_OUT)/tests/model/soak.o'"; \
	    echo "replay='$(MODEL_OUT)/tests/fuzz/fuzz.o $(MODEL_OUT)/tests/fuzz/replay.o'"; \
	    echo "findings='$(MODEL_OUT)/tests/findings/finding_test.o'"; \
	    echo "compile_findings='$(CC) $(MUTANTS_CFLAGS) $(MODEL_DEFINES) $(MODEL_INCLUDES) -iquote tests/findings -c'"; \
	    echo "explore_core='$(EXPLORE_CORE)'"; \
	    echo "explore_others='$(EXPLORE_OBJECTS)'"; \
	    echo "vmm_objects='$(VMM_OBJECTS)'"; \
	    echo "vmm_replay='$(MUTANTS_REPLAY) $(BUILD)/tests/support/vmm_rig.o'"; \
	    echo "describes='$(BUILD)/user/describe/main.o $(LIBDESCRIBE) $(LIBTHIMBLE)'"; \
	    echo "refused='$(foreach dir,$(BAD_DIRS),$(SYSTEM_OBJECTS_$(dir)))'"; \
	    echo "refused_sources='$(BAD_SYSTEMS)'"; \
	    echo "accepted='$(MUTANTS_ACCEPTED)'"; \
	    echo "emitted='$(MUTANTS_EMITTED)'"; \
	    echo "files='$(GUESTS)/$(GUEST_KERNEL):$(GUESTS):.'"; \
	    echo "build='$(BUILD)'"; \
	    $(foreach group,core arm vmm describe,echo "unit_$(group)='$(MUTANTS_UNIT_$(group)) $(MUTANTS_SUPPORT) $(LIBDESCRIBE) $(LIBTHIMBLE)'";) } >$@

# Lint: as tests/tests.mk for what it knows.
lint: $(patsubst %,$(BUILD)/lint/%.tidy,$(wildcard tests/mutants/*.c))
$(patsubst %,$(BUILD)/lint/%.tidy,$(wildcard tests/mutants/*.c)): LINT_INCLUDES := -iquote tests/mutants -iquote sim/include
