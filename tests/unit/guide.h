// SPDX-License-Identifier: Apache-2.0
// Shared by the tests of guides.
#ifndef PEERDECK_TESTS_GUIDE_H
#define PEERDECK_TESTS_GUIDE_H

#include "tests/unit/unit.h"

extern const struct unit_suite guide_language_suite, guide_lint_suite, guide_engine_suite, guide_after_suite,
        guide_person_suite;

enum { TEST_FOLDER_SIZE = 256 };
// A fresh folder with this guide.cfg and, when not NULL, one more file. Removed by test_folder_remove.
void test_folder_make(char folder[TEST_FOLDER_SIZE], const char *guide, const char *name, const char *text);
void test_folder_remove(const char *folder);

#endif
