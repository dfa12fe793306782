# SPDX-License-Identifier: Apache-2.0
# The commands without a screen, against the simulator.
dist_check_SCRIPTS += tests/wire/cli.py
TESTS += tests/wire/cli.py

# Clean-up without a screen.
dist_check_SCRIPTS += tests/wire/orphans_cli.py
TESTS += tests/wire/orphans_cli.py
EXTRA_DIST += tests/wire/orphans_world.py
