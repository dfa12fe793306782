# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libalibaba.a
libalibaba_a_SOURCES = \
	backends/alibaba/alibaba.h \
	backends/alibaba/call.c \
	backends/alibaba/call.h \
	backends/alibaba/call_send.c \
	backends/alibaba/credential_ini.c \
	backends/alibaba/credential_json.c \
	backends/alibaba/credential_process.c \
	backends/alibaba/credential_profile.c \
	backends/alibaba/credential_remote.c \
	backends/alibaba/credential_role.c \
	backends/alibaba/credential_source.h \
	backends/alibaba/credentials.c \
	backends/alibaba/credentials.h \
	backends/alibaba/endpoint.c \
	backends/alibaba/endpoint.h \
	backends/alibaba/environment.c \
	backends/alibaba/environment.h \
	backends/alibaba/fault.c \
	backends/alibaba/fault.h \
	backends/alibaba/ini.c \
	backends/alibaba/ini.h \
	backends/alibaba/key.c \
	backends/alibaba/key.h \
	backends/alibaba/operations.c \
	backends/alibaba/operations.h \
	backends/alibaba/profile.c \
	backends/alibaba/profile.h \
	backends/alibaba/sign.h \
	backends/alibaba/sign_acs3.c \
	backends/alibaba/sign_legacy.c \
	backends/alibaba/sign_oss4.c \
	backends/alibaba/sign_text.c \
	backends/alibaba/words.c \
	backends/alibaba/words.h
