#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A few random worlds, as a test. make worlds is the measure.
exec "${top_builddir:-.}/tests/worlds/worlds" "${WORLDS:-8}" "${WORLDS_SEED:-1}" 2
