# SPDX-License-Identifier: Apache-2.0
# The Alibaba backend on the wire.
check_PROGRAMS += tests/wire/sign_vectors
TESTS += tests/wire/sign_vectors
tests_wire_sign_vectors_SOURCES = tests/wire/sign_vectors.c
tests_wire_sign_vectors_LDADD = libalibaba.a libbase.a $(BASE_LIBS)
EXTRA_DIST += tests/data/signing-vectors.json

# make sign-vectors VECTORS=FILE checks the signatures against any file of that form.
VECTORS = $(srcdir)/tests/data/signing-vectors.json
.PHONY: sign-vectors
sign-vectors: tests/wire/sign_vectors$(EXEEXT)
	@./tests/wire/sign_vectors$(EXEEXT) $(VECTORS)

# Lists through the whole backend; the script runs it against peerdeck-sim.
check_PROGRAMS += tests/wire/alibaba_list
tests_wire_alibaba_list_SOURCES = tests/wire/alibaba_list.c
tests_wire_alibaba_list_LDADD = libalibaba.a libwork.a libinventory.a libnet.a libbase.a $(CORE_LIBS)

if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/wire/alibaba tests/wire/alibaba_checks tests/wire/alibaba_evidence tests/wire/alibaba_upload
TESTS += tests/wire/alibaba tests/wire/alibaba_checks tests/wire/alibaba_evidence tests/wire/alibaba_upload
endif
alibaba_world = tests/unit/unit.h tests/wire/alibaba_world.c tests/wire/alibaba_world.h \
	tests/wire/simulated.c tests/wire/simulated.h
tests_wire_alibaba_SOURCES = $(alibaba_world) tests/wire/alibaba.c
tests_wire_alibaba_LDADD = libalibaba.a libwork.a libinventory.a libnet.a libbase.a -lcunit $(CORE_LIBS)
tests_wire_alibaba_evidence_SOURCES = $(alibaba_world) tests/wire/alibaba_evidence.c
tests_wire_alibaba_evidence_LDADD = $(tests_wire_alibaba_LDADD)
tests_wire_alibaba_checks_SOURCES = $(alibaba_world) tests/wire/alibaba_checks.c
tests_wire_alibaba_checks_LDADD = $(tests_wire_alibaba_LDADD)
tests_wire_alibaba_upload_SOURCES = $(alibaba_world) tests/wire/alibaba_upload.c
tests_wire_alibaba_upload_LDADD = $(tests_wire_alibaba_LDADD)
