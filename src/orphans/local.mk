# SPDX-License-Identifier: Apache-2.0
# What is nobody's: evidence and verdict.
noinst_LIBRARIES += liborphans.a
liborphans_a_SOURCES = \
	src/orphans/caa_book.c src/orphans/caa_book.h \
	src/orphans/caa_log.c src/orphans/caa_log.h \
	src/orphans/podvm_name.c src/orphans/podvm_name.h \
	src/orphans/user_data.c src/orphans/user_data.h
