# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libkubernetes.a
libkubernetes_a_SOURCES = \
	backends/kubernetes/access.c backends/kubernetes/access.h backends/kubernetes/access_private.h \
	backends/kubernetes/access_create.c \
	backends/kubernetes/api.c backends/kubernetes/api.h backends/kubernetes/api_private.h \
	backends/kubernetes/api_change.c \
	backends/kubernetes/api_fault.c backends/kubernetes/api_fault.h \
	backends/kubernetes/api_lines.c backends/kubernetes/api_lines.h \
	backends/kubernetes/api_list.c backends/kubernetes/api_query.h \
	backends/kubernetes/api_logs.c backends/kubernetes/api_logs.h \
	backends/kubernetes/api_resource.c backends/kubernetes/api_resource.h \
	backends/kubernetes/api_stream.c backends/kubernetes/api_stream.h \
	backends/kubernetes/api_watch.c backends/kubernetes/api_watch.h \
	backends/kubernetes/exec_plugin.c backends/kubernetes/exec_plugin.h \
	backends/kubernetes/file.c backends/kubernetes/file.h \
	backends/kubernetes/kubeconfig.c backends/kubernetes/kubeconfig.h backends/kubernetes/kubeconfig_private.h \
	backends/kubernetes/kubeconfig_file.c \
	backends/kubernetes/kubeconfig_parse.c \
	backends/kubernetes/kubeconfig_user.c backends/kubernetes/kubeconfig_user.h \
	backends/kubernetes/yaml.c backends/kubernetes/yaml.h \
	backends/kubernetes/act.c backends/kubernetes/act.h \
	backends/kubernetes/act_settle.c \
	backends/kubernetes/backend.c backends/kubernetes/kubernetes.h \
	backends/kubernetes/cluster_list.c \
	backends/kubernetes/cluster_watch.c \
	backends/kubernetes/doctor.c backends/kubernetes/doctor.h \
	backends/kubernetes/fill.c backends/kubernetes/fill.h \
	backends/kubernetes/fill_books.c \
	backends/kubernetes/fill_pod.c \
	backends/kubernetes/fill_values.c \
	backends/kubernetes/fleet.c backends/kubernetes/fleet.h \
	backends/kubernetes/lease.c \
	backends/kubernetes/object.c backends/kubernetes/object.h \
	backends/kubernetes/parallel.c backends/kubernetes/parallel.h \
	backends/kubernetes/pod_words.c \
	backends/kubernetes/reach.c \
	backends/kubernetes/read.c backends/kubernetes/read.h \
	backends/kubernetes/rows.c backends/kubernetes/rows.h \
	backends/kubernetes/server_name.c \
	backends/kubernetes/source.c backends/kubernetes/source.h \
	backends/kubernetes/survey.c backends/kubernetes/survey.h \
	backends/kubernetes/survey_adaptor.c
