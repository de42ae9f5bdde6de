# SPDX-License-Identifier: BSD-2-Clause
# Tests and checks. Included by the Makefile.

TESTS_DIR     := $(BUILD)/tests
TESTS_MINIMUM := 120
# Two runners over the same tests: Criterion's, and one whose processes end in a
# way that Valgrind, leak checking and gcov need (tests/support/plain_runner.c).
RUNNER_OBJECT := $(BUILD)/tests/support/plain_runner.o
TEST_SOURCES  := $(wildcard tests/unit/*.c tests/support/*.c)
TEST_OBJECTS  := $(filter-out $(RUNNER_OBJECT),$(TEST_SOURCES:%.c=$(BUILD)/%.o))
JOBS          := $(shell nproc)
# The VMM's devices, over the port of tests/support/vmm_rig.c.
VMM_OBJECTS   := $(patsubst %.c,$(BUILD)/%.o,$(filter-out %/vmm_port.c %/vmm_program.c,$(wildcard user/vmm/*.c)))
-include $(VMM_OBJECTS:.o=.d)

.PHONY: check test-programs
test-programs: $(TESTS_DIR)/criterion $(TESTS_DIR)/plain systems

$(BUILD)/tests/%.o: tests/%.c Makefile | $(BUILD)/needs/criterion/criterion.h
	@echo "  CC      $<"
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -fno-pie -MMD -MP $(INCLUDES) -iquote tests/support -c -o $@ $<

$(TESTS_DIR)/plain: $(RUNNER_OBJECT)
$(TESTS_DIR)/criterion $(TESTS_DIR)/plain: $(TEST_OBJECTS) $(VMM_OBJECTS) $(LIBDESCRIBE) $(LIBTHIMBLE) tests/unit tests/support user/vmm
	@echo "  LD      $@"
	$(Q)$(LINK) -lcriterion -ljansson -lm

-include $(TEST_SOURCES:%.c=$(BUILD)/%.d)

# ---- check -------------------------------------------------------------------
# The tests run after all other checks: Criterion's synthesis is the last line.
# With TESTS=pattern only these tests run, and nothing else is checked.
CHECKS := check-headers check-statics check-errors check-descriptions check-newcomer check-cli $(if $(SAN),,check-mishaps) check-tool check-console check-gdb \
          check-tutorial check-outside check-devices check-determinism check-findings check-marks $(if $(SAN),,check-model check-sweep) check-deadlines check-bench

.PHONY: check $(CHECKS)
check: $(if $(TESTS),,$(CHECKS)) test-programs ## all tests and quick checks; with SAN=1 any finding fails
	$(Q)SAN='$(SAN)' tests/scripts/unit.sh $(TESTS_DIR) $(if $(TESTS),1 '$(TESTS)',$(TESTS_MINIMUM))

# Every header compiles alone.
HEADERS := $(wildcard $(addsuffix /*.h,core arm sim sim/include user/lib user/vmm user/describe user/systems/* tests/support))
check-headers: $(HEADERS:%=$(BUILD)/headers/%.ok)
$(BUILD)/headers/%.ok: % Makefile
	@mkdir -p $(@D)
	$(Q)echo '#include "$<"' | $(CC) $(CFLAGS) $(STRICT) $(INCLUDES) -iquote . -iquote tests/support \
	    -MMD -MP -MT $@ -MF $(@:.ok=.d) -fsyntax-only -x c - && touch $@
-include $(HEADERS:%=$(BUILD)/headers/%.d)

# Marks (core/mark.h) leave nothing in what is released and measured.
check-marks:
	$(Q)tests/scripts/marks.sh $(BUILD)/marks $(CC) $(CFLAGS) -fno-pie $(INCLUDES) -c >$(BUILD)/marks.txt

# The short exploration of small systems: explore.mk, which is read after this.
check-model:
	$(Q)$(MAKE) -s --no-print-directory model SHORT=1 >$(BUILD)/model.txt 2>&1 || { cat $(BUILD)/model.txt; exit 1; }

# All faults at all points: sweep.mk, likewise.
check-sweep:
	$(Q)$(MAKE) -s --no-print-directory sweep >$(BUILD)/sweep.txt 2>&1 || { cat $(BUILD)/sweep.txt; exit 1; }

# Deadlines that are accepted are kept, in random systems: deadlines.mk, likewise.
check-deadlines:
	$(Q)$(MAKE) -s --no-print-directory deadlines N=300 >$(BUILD)/deadlines.txt 2>&1 && \
	    $(BUILD)/deadlines/deadlines --bystanders --time 200 >>$(BUILD)/deadlines.txt || \
	    { cat $(BUILD)/deadlines.txt; exit 1; }

# Programs of cells have no writable statics: on ARM an image is shared and read
# only, and here a snapshot would miss them. (Sanitizers and gcov add their own.)
USER_SOURCES := $(wildcard user/lib/*.c user/vmm/*.c user/systems/*/*.c)
USER_OBJECTS := $(patsubst user/lib/%.c,$(BUILD)/user/lib/%.o,$(filter user/lib/%,$(USER_SOURCES))) \
                $(patsubst %.c,$(BUILD)/%.o,$(filter user/vmm/%,$(USER_SOURCES))) \
                $(foreach name,$(SYSTEMS),$(SYSTEM_OBJECTS_systems/$(name)))
check-statics: $(USER_OBJECTS)
	$(if $(SAN)$(COVERAGE),,$(Q)tests/scripts/statics.sh $^)

# Every error that core/abi.h documents is provoked by a test; and by programs, of the
# system errors, which run on boards too.
check-errors: $(BUILD)/systems/errors/record $(BUILD)/tests/target/compare
	$(Q)THIMBLE_RECORD=$(BUILD)/systems/errors/errors.out $< --time 1000 >$(BUILD)/systems/errors/errors.txt && \
	    $(BUILD)/tests/target/compare results $(BUILD)/systems/errors/errors.out >>$(BUILD)/systems/errors/errors.txt || \
	    { cat $(BUILD)/systems/errors/errors.txt; exit 1; }
	$(Q)$(BUILD)/tests/target/compare pairs $(BUILD)/systems/errors/errors.out >$(BUILD)/systems/errors/pairs.txt
	$(Q)tests/scripts/errors.sh $(BUILD)/systems/errors/pairs.txt

# Each description in tests/bad-systems fails the build, with the lines that it says.
BAD_SYSTEMS := $(wildcard tests/bad-systems/*.c)
BAD_DIRS    := $(BAD_SYSTEMS:tests/%.c=%)
$(foreach dir,$(BAD_DIRS),$(eval $(call system_rules,$(dir),tests/$(dir).c)))
check-descriptions: $(BAD_DIRS:%=$(BUILD)/%/describe)
	$(Q)MAKE='$(MAKE)' tests/scripts/descriptions.sh $(BUILD) $(BAD_SYSTEMS)

# What new users get wrong: a line says what is wrong and what to do.
# (Sanitizers widen frames: they do not limit stacks.)
NEWCOMERS := $(filter-out $(if $(SAN),%/recursion.c %/big_local.c %/skips_guard.c),$(wildcard tests/newcomer/*.c))
check-newcomer: $(if $(VARIANT),,tool)
	$(if $(VARIANT),,$(Q)tests/scripts/newcomer.sh $(BUILD) $(NEWCOMERS))

check-cli: systems bench-program $(TESTS_DIR)/plain
	$(call need,jq)
	$(Q)MAKE='$(MAKE)' tests/scripts/cli.sh $(BUILD)

# The program that users have: where it is not the default build, its parts are the same.
check-tool: $(if $(VARIANT),,tool)
	$(call need,jq)
	$(if $(VARIANT),,$(Q)MAKE='$(MAKE)' tests/scripts/tool.sh $(BUILD))

check-mishaps: systems
	$(call need,jq)
	$(Q)MAKE='$(MAKE)' tests/scripts/mishaps.sh $(BUILD)

check-console: systems
	$(Q)tests/scripts/console.sh $(BUILD)

check-gdb: systems
	$(call need,gdb)
	$(Q)tests/scripts/gdb.sh $(BUILD)

# What the tutorial says is what happens.
check-tutorial: $(if $(VARIANT),,tool)
	$(call need,gdb patch)
	$(if $(VARIANT),,$(Q)tests/scripts/tutorial.sh docs/tutorial.md $(BUILD))

# Systems with VMs outside the tree, and what follows from the files that they name.
check-outside: $(LIBDESCRIBE)
	$(call need,arm-none-eabi-gcc)
	$(Q)MAKE='$(MAKE)' tests/scripts/outside.sh $(BUILD)

# Devices by models: the example of docs/systems.md, and user/systems/motor.
check-devices: systems
	$(call need,arm-none-eabi-gcc jq)
	$(Q)MAKE='$(MAKE)' tests/scripts/devices.sh $(BUILD)

check-bench: bench-program
	$(call need,jq)
	$(Q)tests/scripts/bench.sh $(BUILD)

# The short form: systems, in this build alone. `make determinism` compares four.
check-determinism: systems
	$(Q)tests/scripts/determinism.sh '$(SYSTEMS)' $(BUILD) >$(BUILD)/determinism.txt || \
	    { cat $(BUILD)/determinism.txt; exit 1; }

define newline


endef

# Findings of soak and of the fuzzer, and the inputs that it has kept. The
# targets are in model.mk, which is read after this.
check-findings:
	$(Q)$(MAKE) -s --no-print-directory findings >$(BUILD)/findings.txt 2>&1 || \
	    { cat $(BUILD)/findings.txt; exit 1; }
	$(Q)$(MAKE) -s --no-print-directory fuzz-replay >$(BUILD)/findings.txt 2>&1 || \
	    { cat $(BUILD)/findings.txt; exit 1; }
	$(Q)$(MAKE) -s --no-print-directory fuzz-vmm-replay >$(BUILD)/findings.txt 2>&1 || \
	    { cat $(BUILD)/findings.txt; exit 1; }

# ---- slower ------------------------------------------------------------------
.PHONY: determinism hosts memcheck coverage selftest
determinism: ## same seed, same trace and state: gcc and clang, -O0 and -O2; trace: without printing
	$(call need,gcc clang)
	$(Q)for cc in gcc clang; do for opt in -O0 -O2; do \
	    $(MAKE) -s --no-print-directory CC=$$cc OPT=$$opt systems soak-program || exit 1; done; done
	$(Q)tests/scripts/determinism.sh '$(SYSTEMS) soak' build/O0 build build/clang-O0 build/clang
	$(Q)$(MAKE) -s --no-print-directory PRINT=none systems
	$(Q)KINDS=trace tests/scripts/determinism.sh '$(SYSTEMS)' build build/print-none

# Hosts of other word sizes and other registers, under qemu-user. OPT and SAN
# would change the folders.
HOSTS := aarch64-linux-gnu arm-linux-gnueabihf
host_runner = qemu-$(firstword $(subst -, ,$(1))) -L /usr/$(1)
hosts: ## same seed, same trace and state: x86-64, aarch64, 32-bit arm
	$(if $(SAN)$(COVERAGE)$(filter-out -O2,$(OPT)),$(error make hosts compares plain builds: without SAN, COVERAGE and OPT))
	$(call need,gcc $(HOSTS:%=%-gcc) $(foreach host,$(HOSTS),$(firstword $(call host_runner,$(host)))))
	$(Q)$(MAKE) -s --no-print-directory CC=gcc systems soak-program
	$(foreach host,$(HOSTS),$(Q)$(MAKE) -s --no-print-directory CC=$(host)-gcc \
	    RUN_UNDER='$(call host_runner,$(host))' systems soak-program$(newline))
	$(Q)tests/scripts/determinism.sh '$(SYSTEMS) soak' build \
	    $(foreach host,$(HOSTS),'build/$(host)-gcc:$(call host_runner,$(host))')

memcheck: $(TESTS_DIR)/plain systems ## all tests and systems under Valgrind; any finding fails
	$(call need,valgrind)
	$(if $(SAN)$(COVERAGE),$(error Valgrind cannot run a sanitized build: make memcheck without SAN and COVERAGE))
	$(Q)tests/scripts/memcheck.sh $(TESTS_DIR) '$(or $(TESTS),*)' $(if $(TESTS),,$(SYSTEMS:%=$(BUILD)/systems/%/run))

# What must be reached, in percent; and each branch that is not has its reason in
# tests/coverage/uncovered.txt.
COVERAGE_LINES    := 99
COVERAGE_BRANCHES := 97
coverage: ## core/: lines and branches that the tests reach, against a limit; HTML in build/coverage/html
	$(call need,gcovr jq)
	$(Q)$(MAKE) -s --no-print-directory COVERAGE=1 test-programs
	$(Q)find build/coverage -name '*.gcda' -delete
	$(Q)build/coverage/tests/plain $(JOBS) '$(or $(TESTS),*)' 2>build/coverage/tests.txt || \
	    { cat build/coverage/tests.txt; exit 1; }
	@mkdir -p build/coverage/html
	$(Q)gcovr --root . --filter core/ --html-details build/coverage/html/index.html \
	    --csv build/coverage/core.csv --json build/coverage/core.json $(addprefix build/coverage/,core arm sim)
	$(Q)gcovr --root . -a build/coverage/core.json --txt | \
	    awk '/^core\// && $$5 != "" { print "not reached: lines of " $$1 ": " $$5 }'
	$(Q)jq -r -f tests/scripts/uncovered.jq build/coverage/core.json >build/coverage/uncovered
	$(Q)awk -f tests/scripts/uncovered.awk tests/coverage/uncovered.txt build/coverage/uncovered
	$(Q)awk -F, -v lines_least=$(COVERAGE_LINES) -v branches_least=$(COVERAGE_BRANCHES) \
	    -f tests/scripts/coverage.awk build/coverage/core.csv

selftest: ## plant bugs in a copy: SAN=1 check and memcheck must catch each
	$(call need,valgrind)
	$(Q)MAKE='$(MAKE)' tests/selftest/run.sh

# ---- lint --------------------------------------------------------------------
# What only the ARM build compiles is its own (arm/seeing.mk).
LINT_SOURCES  := $(ARM_SOURCES) $(filter-out tests/target/%_arm.c,$(wildcard $(addsuffix /*.c,core sim user/lib user/vmm user/describe tool \
                   user/systems/* bench bench/spans tests/unit tests/support tests/target tests/systems/*)))
LINT_HEADERS  := $(HEADERS) $(wildcard bench/*.h tests/target/*.h tests/systems/*/*.h)
LINT_INCLUDES := $(INCLUDES) $(addprefix -iquote ,bench tests/support)

.PHONY: lint lint-structure lint-cppcheck lint-arm size
lint: lint-structure lint-cppcheck lint-arm $(LINT_SOURCES:%=$(BUILD)/lint/%.tidy) ## clang-tidy, cppcheck, and the rules of the house

lint-structure:
	$(call need,gcc clang)
	$(Q)tests/scripts/structure.sh $(BUILD)/lint/structure

# Its host part is made here, so that two makes do not make it at once.
lint-arm: $(BUILD)/systems/pingpong/describe
	$(Q)$(MAKE) --no-print-directory ARCH=arm SYSTEM=pingpong BOARD=virt lint

# The macros stand for what cppcheck does not look up in system headers.
lint-cppcheck:
	$(call need,cppcheck)
	@echo "  CPPCHECK"
	$(Q)cppcheck --quiet --enable=warning,performance,portability --inline-suppr --std=c11 \
	    --error-exitcode=1 -j $(JOBS) --suppress=comparePointers -D__x86_64__ -DNVALGRIND \
	    '-DTest(s,n,...)=void s\#\#n(void)' '-DTestSuite(s,...)=struct s' \
	    $(patsubst %,-I%,$(filter-out -iquote,$(LINT_INCLUDES))) $(LINT_SOURCES)

$(BUILD)/lint/%.tidy: % $(LINT_HEADERS) .clang-tidy tests/.clang-tidy bench/spans/.clang-tidy
	$(call need,clang-tidy)
	@echo "  TIDY    $<"
	@mkdir -p $(@D)
	$(Q)clang-tidy --quiet $< -- -std=gnu11 $(LINT_INCLUDES) 2>$@.log || { cat $@.log; exit 1; }
	@touch $@

size: $(CORE_SOURCES:%.c=$(BUILD)/%.o) ## lines against their limits, longest functions, bytes
	$(call need,cloc)
	$(Q)tests/scripts/size.sh $^
