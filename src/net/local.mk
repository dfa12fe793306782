# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libnet.a
libnet_a_SOURCES = \
	src/net/budget.c src/net/budget.h \
	src/net/curl_load.c src/net/curl_load.h \
	src/net/http.h src/net/http_internal.h \
	src/net/http_batch.c \
	src/net/http_client.c \
	src/net/http_error.c \
	src/net/http_log.c \
	src/net/http_mask.c src/net/http_mask.h \
	src/net/http_request.c \
	src/net/http_retry.c \
	src/net/http_transfer.c \
	src/net/http_transport.c \
	src/net/http_url.c \
	src/net/json.c src/net/json.h \
	src/net/json_memory.c src/net/json_memory.h \
	src/net/json_parse.c src/net/json_parse.h \
	src/net/json_write.c \
	src/net/xml.c src/net/xml.h
