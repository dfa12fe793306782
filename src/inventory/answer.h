// SPDX-License-Identifier: Apache-2.0
// What is known of a question: "not known" is an answer of its own, and never taken for no.
#ifndef PEERDECK_INVENTORY_ANSWER_H
#define PEERDECK_INVENTORY_ANSWER_H

#include "base/base.h"

enum SMALL_ENUM answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

#endif
