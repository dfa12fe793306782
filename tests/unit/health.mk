# SPDX-License-Identifier: Apache-2.0
# Health checks, symptoms, diagnoses.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/unit/health
TESTS += tests/unit/health
endif

tests_unit_health_SOURCES = \
	tests/unit/unit.h \
	tests/unit/health.c \
	tests/unit/health_checks.c \
	tests/unit/health_diagnose.c \
	tests/unit/health_path.c \
	tests/unit/health_sample.c tests/unit/health_sample.h \
	tests/unit/health_symptoms.c
tests_unit_health_LDADD = liborphans.a libwork.a libinventory.a libnet.a libbase.a -lcunit $(CORE_LIBS)
