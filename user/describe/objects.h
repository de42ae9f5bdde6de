/* SPDX-License-Identifier: BSD-2-Clause */
/* How large the objects of this program are, by its own symbols: where an array ends that the
 * description has forgotten to end. */
#ifndef USER_OBJECTS_H
#define USER_OBJECTS_H

/* Reads the symbols of this program, if it has any. `known` is an object whose symbol is
 * `name`: they are not used if they say otherwise. */
void objects_load(const char *name, const void *known);
/* Where the object ends that `at` is in; NULL: not known. */
const char *object_end(const void *at);

#endif
