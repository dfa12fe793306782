# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libalibaba.a
libalibaba_a_SOURCES = \
	backends/alibaba/act.c \
	backends/alibaba/act.h \
	backends/alibaba/act_console.c \
	backends/alibaba/act_network.c \
	backends/alibaba/act_own.h \
	backends/alibaba/act_rehearse.c \
	backends/alibaba/act_settle.c \
	backends/alibaba/act_table.c \
	backends/alibaba/act_tag.c \
	backends/alibaba/alibaba.h \
	backends/alibaba/backend.c \
	backends/alibaba/call.c \
	backends/alibaba/call.h \
	backends/alibaba/call_send.c \
	backends/alibaba/calls.c \
	backends/alibaba/calls.h \
	backends/alibaba/checks.c \
	backends/alibaba/checks.h \
	backends/alibaba/checks_network.c \
	backends/alibaba/checks_role.c \
	backends/alibaba/console_url.c \
	backends/alibaba/credential_ini.c \
	backends/alibaba/credential_json.c \
	backends/alibaba/credential_process.c \
	backends/alibaba/credential_profile.c \
	backends/alibaba/credential_remote.c \
	backends/alibaba/credential_role.c \
	backends/alibaba/credential_source.h \
	backends/alibaba/credentials.c \
	backends/alibaba/credentials.h \
	backends/alibaba/doctor.c \
	backends/alibaba/doctor.h \
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
	backends/alibaba/list.c \
	backends/alibaba/list.h \
	backends/alibaba/list_cluster.c \
	backends/alibaba/list_disk.c \
	backends/alibaba/list_helpers.c \
	backends/alibaba/list_helpers.h \
	backends/alibaba/list_image.c \
	backends/alibaba/list_instances.c \
	backends/alibaba/list_network.c \
	backends/alibaba/list_proof.c \
	backends/alibaba/list_regions.c \
	backends/alibaba/list_table.c \
	backends/alibaba/list_vm.c \
	backends/alibaba/memory.c \
	backends/alibaba/memory.h \
	backends/alibaba/operations.c \
	backends/alibaba/operations.h \
	backends/alibaba/prices.c \
	backends/alibaba/prices.h \
	backends/alibaba/profile.c \
	backends/alibaba/profile.h \
	backends/alibaba/session.c \
	backends/alibaba/session.h \
	backends/alibaba/sign.h \
	backends/alibaba/sign_acs3.c \
	backends/alibaba/sign_legacy.c \
	backends/alibaba/sign_oss4.c \
	backends/alibaba/sign_text.c \
	backends/alibaba/source.c \
	backends/alibaba/source.h \
	backends/alibaba/source_kubeconfig.c \
	backends/alibaba/source_price.c \
	backends/alibaba/source_user_data.c \
	backends/alibaba/thing.c \
	backends/alibaba/thing.h \
	backends/alibaba/words.c \
	backends/alibaba/words.h

alibaba_peer_podsdir = $(pkgdatadir)/guides/alibaba/peer-pods
dist_alibaba_peer_pods_DATA = \
	backends/alibaba/guides/peer-pods/guide.cfg \
	backends/alibaba/guides/peer-pods/policy.json \
	backends/alibaba/guides/peer-pods/trust.json
