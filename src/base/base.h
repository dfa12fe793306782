// SPDX-License-Identifier: Apache-2.0
// Conventions of the whole tree, and the few macros that everybody needs.
//
// Names       noun_verb with the module's noun first. create/destroy allocate the object itself, init/finish only what
//             it holds. destroy(NULL) and finish() of a zeroed object do nothing.
// Results     A function that can fail returns bool (or a pointer, NULL on failure) and takes `struct error *` last;
//             the caller may pass NULL. On failure out-parameters are untouched unless the header says otherwise.
// Ownership   A `const` pointer that is returned is borrowed: it lives as long as the object it came from. A non-const
//             pointer that is returned is the caller's. Arguments are copied unless the header says "takes".
// Text        UTF-8. Lengths are bytes, widths are terminal columns; a name says which. What a cloud sent is kept as
//             it came (valid UTF-8 is enforced where it is parsed) and passes text_visible() where it is shown.
// Time        int64_t milliseconds since 1970 UTC (suffix _ms where a duration), 0 = unknown.
// Memory      A failed allocation is an ordinary failure (ERROR_MEMORY). Each growing thing has a stated maximum.
// Threads     No hidden global state. A type is used by one thread at a time unless its header says otherwise.
#ifndef PEERDECK_BASE_BASE_H
#define PEERDECK_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define PRINTF_LIKE(text, first) __attribute__((__format__(__printf__, text, first)))
#define MUST_CHECK __attribute__((warn_unused_result))
// Between `enum` and its name: as small as its values allow, for enums that many structs hold.
#define SMALL_ENUM __attribute__((__packed__))

// Marks text for translation. _() looks it up, N_() only marks it (for tables).
#ifdef ENABLE_NLS
#include <libintl.h>
#define _(text) gettext(text)
#else
#define _(text) (text)
#endif
#define N_(text) text

#endif
