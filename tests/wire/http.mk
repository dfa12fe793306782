# SPDX-License-Identifier: Apache-2.0
# The HTTP client against a server that misbehaves.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/wire/http
TESTS += tests/wire/http
endif

tests_wire_http_SOURCES = \
	tests/unit/unit.h \
	tests/wire/http.c tests/wire/http.h \
	tests/wire/http_batch.c \
	tests/wire/http_body.c \
	tests/wire/http_certificates.c tests/wire/http_certificates.h \
	tests/wire/http_failure.c \
	tests/wire/http_server.c tests/wire/http_server.h \
	tests/wire/http_single.c \
	tests/wire/http_tls.c
tests_wire_http_LDADD = libnet.a libbase.a -lcunit $(NET_LIBS)
