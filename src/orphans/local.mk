# SPDX-License-Identifier: Apache-2.0
# What is nobody's: evidence and verdict.
noinst_LIBRARIES += liborphans.a
liborphans_a_SOURCES = \
	src/orphans/audit.c src/orphans/audit.h \
	src/orphans/audit_report.c src/orphans/audit_report.h \
	src/orphans/book_cache.c src/orphans/book_cache.h \
	src/orphans/caa_book.c src/orphans/caa_book.h \
	src/orphans/caa_log.c src/orphans/caa_log.h \
	src/orphans/diagnose.c src/orphans/diagnose.h src/orphans/diagnose_own.h \
	src/orphans/diagnose_cloud.c \
	src/orphans/diagnose_tell.c \
	src/orphans/diagnosis.c \
	src/orphans/evidence.h src/orphans/evidence_lines.c src/orphans/evidence_lines.h \
	src/orphans/health.c src/orphans/health.h src/orphans/health_own.h \
	src/orphans/health_cloud.c \
	src/orphans/health_found.c \
	src/orphans/health_log.c src/orphans/health_log.h \
	src/orphans/health_named.c src/orphans/health_named.h \
	src/orphans/health_nodes.c \
	src/orphans/health_parts.c \
	src/orphans/health_path.c \
	src/orphans/health_path_vm.c \
	src/orphans/health_setup.c \
	src/orphans/health_symptoms.c \
	src/orphans/leftover.c src/orphans/leftover.h \
	src/orphans/memory.c src/orphans/memory.h src/orphans/memory_own.h \
	src/orphans/memory_disk.c src/orphans/memory_shelf.c src/orphans/memory_shelf.h src/orphans/memory_tables.c \
	src/orphans/memory_keep.c \
	src/orphans/memory_recall.c \
	src/orphans/multimap.c src/orphans/multimap.h \
	src/orphans/podvm_name.c src/orphans/podvm_name.h \
	src/orphans/quarantine.c src/orphans/quarantine.h \
	src/orphans/report.c src/orphans/report_cost.c src/orphans/report.h src/orphans/report_own.h \
	src/orphans/report_item.c \
	src/orphans/report_json.c \
	src/orphans/report_text.c \
	src/orphans/scan.c src/orphans/scan.h src/orphans/scan_own.h \
	src/orphans/scan_adaptor.c \
	src/orphans/scan_belongings.c \
	src/orphans/scan_clusters.c \
	src/orphans/scan_config.c \
	src/orphans/scan_costs.c \
	src/orphans/scan_data.c \
	src/orphans/scan_index.c \
	src/orphans/scan_item.c \
	src/orphans/scan_judge.c \
	src/orphans/scan_leftovers.c \
	src/orphans/scan_lists.c \
	src/orphans/scan_logs.c \
	src/orphans/scan_pods.c \
	src/orphans/scan_read.c \
	src/orphans/scan_report.c \
	src/orphans/scan_tasks.c \
	src/orphans/scan_vm.c \
	src/orphans/scanner.c src/orphans/scanner.h src/orphans/scanner_own.h \
	src/orphans/scanner_basis.c \
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
