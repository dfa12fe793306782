# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libnet.a
libnet_a_SOURCES = \
	src/net/budget.c src/net/budget.h \
	src/net/http.h \
	src/net/json.c src/net/json.h \
	src/net/json_memory.c src/net/json_memory.h \
	src/net/json_parse.c src/net/json_parse.h \
	src/net/json_write.c \
	src/net/xml.c src/net/xml.h
