# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libkubernetes.a
libkubernetes_a_SOURCES = \
	backends/kubernetes/access.c backends/kubernetes/access.h backends/kubernetes/access_private.h \
	backends/kubernetes/access_create.c \
	backends/kubernetes/exec_plugin.c backends/kubernetes/exec_plugin.h \
	backends/kubernetes/file.c backends/kubernetes/file.h \
	backends/kubernetes/kubeconfig.c backends/kubernetes/kubeconfig.h backends/kubernetes/kubeconfig_private.h \
	backends/kubernetes/kubeconfig_file.c \
	backends/kubernetes/kubeconfig_parse.c \
	backends/kubernetes/kubeconfig_user.c backends/kubernetes/kubeconfig_user.h \
	backends/kubernetes/yaml.c backends/kubernetes/yaml.h
