# SPDX-License-Identifier: Apache-2.0
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/unit/kubernetes
TESTS += tests/unit/kubernetes
endif
tests_unit_kubernetes_SOURCES = \
	tests/unit/unit.h \
	tests/unit/kubernetes.c tests/unit/kubernetes.h \
	tests/unit/kubernetes_access.c \
	tests/unit/kubernetes_exec.c \
	tests/unit/kubernetes_fill.c \
	tests/unit/kubernetes_kubeconfig.c \
	tests/unit/kubernetes_lines.c
tests_unit_kubernetes_LDADD = libkubernetes.a libwork.a libinventory.a libnet.a libbase.a -lcunit $(CORE_LIBS)
