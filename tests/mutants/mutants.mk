# SPDX-License-Identifier: BSD-2-Clause
# Mutation testing of core/. Included by the Makefile, after explore.mk.
#
#   make mutants [N=300] [SEED=1] [JOBS=2]
#   make mutants-short
#
# Each mutant is compiled up to three times, as the programs that test it need it.

N ?= 300

MUTANTS_OUT     := $(BUILD)/mutants
MUTATE          := $(MUTANTS_OUT)/mutate
# What a release links, but for printing and names.
MUTANTS_SOURCES := $(filter-out $(addprefix core/,check.c klog.c klog.h print.c print_none.c),$(wildcard core/*.c core/*.h))
# Of the unit tests, those of the core: all but kernel_check()'s own.
MUTANTS_TESTS   := $(filter-out %/vmm_rig.o,$(filter $(BUILD)/tests/support/%,$(TEST_OBJECTS))) $(RUNNER_OBJECT) \
                   $(filter-out %/test_core_check.o %/test_core_check_memory.o %/test_core_check_vcpu.o,\
                     $(filter $(BUILD)/tests/unit/test_core_% %/test_trace.o %/test_stage2.o,$(TEST_OBJECTS)))
# Without debug information and dependencies, so that objects can be compared.
MUTANTS_CFLAGS  := $(filter-out -g% -Werror -W%,$(CFLAGS)) -w -fno-pie
MUTANTS_SCRIPTS := $(wildcard tests/mutants/*.sh)

.PHONY: mutants mutants-short mutants-program
mutants: mutants-program ## small mutations of core/, each of which tests must notice: N=300 SEED=1
	$(Q)tests/mutants/run.sh $(MUTANTS_OUT) $(JOBS) $(N) $(SEED)
mutants-short: mutants-program ## mutants that each kind of test must notice, and one that none can
	$(Q)tests/mutants/short.sh $(MUTANTS_OUT) $(JOBS)

mutants-program: $(MUTATE) $(MUTANTS_OUT)/settings $(SOAK) $(MODEL_CORE_OUT)/fuzz-replay $(FINDINGS) $(EXPLORE) \
                 $(MUTANTS_TESTS) $(LIBDESCRIBE) $(LIBTHIMBLE)
	$(if $(SAN)$(COVERAGE)$(CANARY),$(error make mutants: without SAN, COVERAGE and CANARY))

$(MUTATE): $(wildcard tests/mutants/*.c) tests/mutants/mutate.h
	@echo "  LD      $@"
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(STRICT) -iquote tests/mutants -iquote sim/include -o $@ $(filter %.c,$^)

# For the scripts: how to compile and to link.
$(MUTANTS_OUT)/settings: tests/mutants/mutants.mk Makefile tests/model.mk tests/tests.mk tests/explore/explore.mk
	@mkdir -p $(@D)
	$(Q){ echo "mutate='$(MUTATE)'"; \
	    echo "sources='$(MUTANTS_SOURCES)'"; \
	    echo "core='$(CORE_SOURCES)'"; \
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
	    echo "unit='$(MUTANTS_TESTS) $(LIBDESCRIBE) $(LIBTHIMBLE)'"; } >$@

# Lint: as tests/tests.mk for what it knows.
lint: $(patsubst %,$(BUILD)/lint/%.tidy,$(wildcard tests/mutants/*.c))
$(patsubst %,$(BUILD)/lint/%.tidy,$(wildcard tests/mutants/*.c)): LINT_INCLUDES := -iquote tests/mutants
