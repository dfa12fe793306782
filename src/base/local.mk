# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	src/base/arena.c src/base/arena.h \
	src/base/banned.h \
	src/base/base.h \
	src/base/buffer.c src/base/buffer.h \
	src/base/cancel.h src/base/patience.c src/base/patience.h \
	src/base/clock.c src/base/clock.h \
	src/base/crc64.c src/base/crc64.h \
	src/base/crypto.c src/base/crypto.h \
	src/base/error.c src/base/error.h \
	src/base/failpoint.c src/base/failpoint.h \
	src/base/log.c src/base/log.h \
	src/base/owner.c src/base/owner.h \
	src/base/process.c src/base/process.h \
	src/base/resident.c src/base/resident.h \
	src/base/secret.c src/base/secret.h \
	src/base/text.h src/base/text_decode.h \
	src/base/text_encode.c \
	src/base/text_match.c \
	src/base/text_nearest.c \
	src/base/text_visible.c
