# SPDX-License-Identifier: Apache-2.0
# The guides from the command line, against the simulator.
dist_check_SCRIPTS += tests/wire/guide.py
TESTS += tests/wire/guide.py
dist_check_SCRIPTS += tests/wire/guide_faults.py
TESTS += tests/wire/guide_faults.py
EXTRA_DIST += tests/lsan.supp
dist_check_SCRIPTS += tests/wire/guide_shown.py
TESTS += tests/wire/guide_shown.py
dist_check_SCRIPTS += tests/wire/guide_plain.py
TESTS += tests/wire/guide_plain.py
dist_check_SCRIPTS += tests/wire/guide_ways.py
TESTS += tests/wire/guide_ways.py
dist_check_SCRIPTS += tests/wire/guide_spent.py
TESTS += tests/wire/guide_spent.py
dist_check_SCRIPTS += tests/wire/guide_existing.py
TESTS += tests/wire/guide_existing.py
