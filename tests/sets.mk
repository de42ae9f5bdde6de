# SPDX-License-Identifier: BSD-2-Clause
# A set of things to look at is not empty, however it was given: a check of nothing would
# pass. Included by the Makefile and by arm/arm.mk, which say which goals look at which sets:
# $(call not_empty,GOAL...,VARIABLE...)
not_empty  = $(foreach goal,$(filter $(1),$(or $(MAKECMDGOALS),$(.DEFAULT_GOAL))),$(foreach set,$(2),$(call set_there,$(goal),$(set))))
set_there  = $(if $(strip $($(2))),,$(error $(2) is empty: `make $(1)` would look at nothing))
