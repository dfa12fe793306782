# SPDX-License-Identifier: Apache-2.0
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/unit/alibaba
TESTS += tests/unit/alibaba
endif
tests_unit_alibaba_SOURCES = \
	tests/unit/unit.h \
	tests/unit/alibaba.c tests/unit/alibaba.h \
	tests/unit/alibaba_operations.c \
	tests/unit/alibaba_permissions.c \
	tests/unit/alibaba_profile.c \
	tests/unit/alibaba_rules.c \
	tests/unit/alibaba_upload.c
tests_unit_alibaba_LDADD = libalibaba.a libwork.a libinventory.a libnet.a libbase.a -lcunit $(CORE_LIBS)
