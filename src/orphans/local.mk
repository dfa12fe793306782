# SPDX-License-Identifier: Apache-2.0
# What is nobody's: evidence and verdict.
noinst_LIBRARIES += liborphans.a
liborphans_a_SOURCES = \
	src/orphans/audit.c src/orphans/audit.h \
	src/orphans/caa_book.c src/orphans/caa_book.h \
	src/orphans/caa_log.c src/orphans/caa_log.h \
	src/orphans/diagnose.h \
	src/orphans/evidence.h src/orphans/evidence_lines.h \
	src/orphans/leftover.c src/orphans/leftover.h \
	src/orphans/memory.h \
	src/orphans/podvm_name.c src/orphans/podvm_name.h \
	src/orphans/quarantine.c src/orphans/quarantine.h \
	src/orphans/report.h src/orphans/scan.h src/orphans/scanner.h \
	src/orphans/settling.c src/orphans/settling.h \
	src/orphans/sweep.c src/orphans/sweep.h src/orphans/sweep_own.h \
	src/orphans/sweep_audit.c \
	src/orphans/sweep_basis.c \
	src/orphans/sweep_item.c \
	src/orphans/sweep_plan.c src/orphans/sweep_plan.h \
	src/orphans/sweep_plan_text.c \
	src/orphans/sweep_settle.c \
	src/orphans/sweep_store.c src/orphans/sweep_store.h \
	src/orphans/user_data.c src/orphans/user_data.h \
	src/orphans/verdict.c src/orphans/verdict.h src/orphans/verdict_own.h \
	src/orphans/verdict_conditions.c \
	src/orphans/verdict_owner.c \
	src/orphans/verdict_rules.c \
	src/orphans/verdict_time.c \
	src/orphans/verdict_words.c
