# SPDX-License-Identifier: BSD-2-Clause
# No undefined behaviour: Frama-C over core/. Included by the Makefile.
#
#   make prove [PROVE_JOBS=2] all steps of tests/prove/prove.c, all contracts, planted faults
#   make prove-short        some of each
#   make prove-planted      checks removed from copies of core/: each is found

PROVE_OUT   := $(BUILD)/prove
# Steps of the short form: each entry's code, but not all of it.
PROVE_SHORT := hypercall_run derivation_hypercall_copy derivation_hypercall_move region_hypercall_derive \
               thread_hypercall_stop fault_answer thread_stop irq_silence sc_expire recv
# And contracts: deadline_set() and deadline_first() take longer than all these.
WP_SHORT    := wp.c line_first deadline_due
PROVE_JOBS  ?= 1

.PHONY: prove prove-short prove-planted
prove: ## no undefined behaviour in core/: Frama-C Eva and WP, against tests/prove/justified.txt
	$(call need,frama-c why3 z3)
	$(Q)JOBS=$(PROVE_JOBS) tests/prove/prove.sh $(PROVE_OUT) all
	$(Q)JOBS=$(PROVE_JOBS) tests/prove/prove.sh $(PROVE_OUT) wp
	$(Q)tests/prove/prove.sh $(PROVE_OUT) planted

prove-planted: ## checks removed from copies of the core: make prove finds each
	$(call need,frama-c why3 z3)
	$(Q)tests/prove/prove.sh $(PROVE_OUT) planted

prove-short: ## some steps and contracts of it, and one planted fault
	$(call need,frama-c why3 z3)
	$(Q)JOBS=$(PROVE_JOBS) tests/prove/prove.sh $(PROVE_OUT) $(PROVE_SHORT)
	$(Q)JOBS=$(PROVE_JOBS) tests/prove/prove.sh $(PROVE_OUT) wp $(WP_SHORT)
	$(Q)tests/prove/prove.sh $(PROVE_OUT) planted 1
