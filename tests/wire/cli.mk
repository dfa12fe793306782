# SPDX-License-Identifier: Apache-2.0
# The commands without a screen, against the simulator.
dist_check_SCRIPTS += tests/wire/cli.py
TESTS += tests/wire/cli.py
