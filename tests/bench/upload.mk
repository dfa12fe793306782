# SPDX-License-Identifier: Apache-2.0
# A file into object storage, beside curl with the same parts.
EXTRA_PROGRAMS += upload-bench
upload_bench_SOURCES = tests/bench/upload_bench.c
upload_bench_LDADD = libalibaba.a libwork.a libinventory.a libnet.a libbase.a $(CORE_LIBS)
EXTRA_DIST += tests/bench/upload.py
CLEANFILES += upload-bench
