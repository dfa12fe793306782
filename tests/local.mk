# SPDX-License-Identifier: Apache-2.0
# Each area lists its own tests.
dist_check_SCRIPTS = tests/style.sh
TESTS += tests/style.sh

include tests/unit/local.mk
include tests/unit/inventory.mk
include tests/unit/work.mk
include tests/unit/guide.mk
include tests/unit/orphans.mk
include tests/unit/scan.mk
include tests/unit/health.mk
include tests/unit/sweep.mk
include tests/unit/alibaba.mk
include tests/unit/kubernetes.mk
include tests/wire/alibaba.mk
include tests/wire/http.mk
include tests/wire/kubernetes.mk
include tests/wire/scan.mk
include tests/wire/sim.mk
include tests/fuzz/local.mk

include tests/worlds/local.mk
include tests/bench/local.mk
include tests/bench/inventory.mk
include tests/bench/cluster.mk
include tests/bench/orphans.mk
include tests/bench/guide.mk
include tests/bench/upload.mk
include tests/screen/local.mk

# Under ThreadSanitizer only what has threads in it is worth the time.
THREAD_TESTS = tests/unit/net tests/unit/scan tests/unit/work tests/wire/http
check-threads: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(THREAD_TESTS)'
.PHONY: check-threads
# That what is distributed builds and finds its own files; all other behaviour is that of the tree itself.
DIST_TESTS = tests/style.sh tests/manual.sh tests/unit/% tests/fuzz/% tests/wire/cli.py tests/wire/guide.py
check-dist: all
	$(MAKE) $(AM_MAKEFLAGS) distcheck TESTS='$(filter $(DIST_TESTS),$(TESTS))'
.PHONY: check-dist
dist_check_SCRIPTS += tests/manual.sh
TESTS += tests/manual.sh
include tests/wire/cli.mk
include tests/wire/guide.mk
include tests/commands.mk
include tests/crash/local.mk
