# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libalibaba.a
libalibaba_a_SOURCES = \
	backends/alibaba/alibaba.h \
	backends/alibaba/sign.h \
	backends/alibaba/sign_acs3.c \
	backends/alibaba/sign_legacy.c \
	backends/alibaba/sign_oss4.c \
	backends/alibaba/sign_text.c
