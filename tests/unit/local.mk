# SPDX-License-Identifier: Apache-2.0
# Each program is a room's unit tests; it runs alone, and with an argument only the tests whose name contains it.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/unit/base tests/unit/net
TESTS += tests/unit/base tests/unit/net
endif

tests_unit_base_SOURCES = \
	tests/unit/unit.h \
	tests/unit/base.c tests/unit/base.h \
	tests/unit/base_crc64.c \
	tests/unit/base_encode.c \
	tests/unit/base_memory.c \
	tests/unit/base_report.c \
	tests/unit/base_text.c \
	tests/unit/base_time.c
tests_unit_base_LDADD = libbase.a -lcunit $(BASE_LIBS)

tests_unit_net_SOURCES = \
	tests/unit/unit.h \
	tests/unit/net.c tests/unit/net.h \
	tests/unit/net_budget.c \
	tests/unit/net_http.c \
	tests/unit/net_json.c \
	tests/unit/net_xml.c
tests_unit_net_LDADD = libnet.a libbase.a -lcunit $(NET_LIBS)
