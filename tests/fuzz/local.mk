# SPDX-License-Identifier: Apache-2.0
# Fuzz targets, one file each. `make check` runs them over their corpus; `make fuzz` builds them for libFuzzer with clang as
# fuzz-NAME (run one: ./fuzz-json tests/fuzz/corpus/json); `make fuzz-smoke` runs each for some thousand inputs.
FUZZERS = adaptor chunk config filter guide journal json kubeconfig mask text xml
FUZZ_CC = clang
FUZZ_RUNS = 20000
FUZZ_CFLAGS = -g -O1 -std=c11 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined

check_PROGRAMS += tests/fuzz/adaptor tests/fuzz/chunk tests/fuzz/config tests/fuzz/filter tests/fuzz/guide tests/fuzz/journal tests/fuzz/json tests/fuzz/kubeconfig tests/fuzz/mask tests/fuzz/text tests/fuzz/xml
TESTS += tests/fuzz/adaptor tests/fuzz/chunk tests/fuzz/config tests/fuzz/filter tests/fuzz/guide tests/fuzz/journal tests/fuzz/json tests/fuzz/kubeconfig tests/fuzz/mask tests/fuzz/text tests/fuzz/xml

FUZZ_DRIVER = tests/fuzz/driver.c tests/fuzz/fuzz.h
tests_fuzz_adaptor_SOURCES = tests/fuzz/adaptor.c $(FUZZ_DRIVER)
tests_fuzz_adaptor_LDADD = liborphans.a libwork.a libinventory.a libnet.a libbase.a $(CORE_LIBS)
tests_fuzz_chunk_SOURCES = tests/fuzz/chunk.c $(FUZZ_DRIVER)
tests_fuzz_chunk_LDADD = libinventory.a libbase.a $(CORE_LIBS)
tests_fuzz_filter_SOURCES = tests/fuzz/filter.c $(FUZZ_DRIVER)
tests_fuzz_filter_LDADD = libinventory.a libbase.a $(CORE_LIBS)
tests_fuzz_config_SOURCES = tests/fuzz/config.c $(FUZZ_DRIVER)
tests_fuzz_config_LDADD = libwork.a libinventory.a libnet.a libbase.a $(CORE_LIBS)
tests_fuzz_journal_SOURCES = tests/fuzz/journal.c $(FUZZ_DRIVER)
tests_fuzz_journal_LDADD = libwork.a libinventory.a libnet.a libbase.a $(CORE_LIBS)
tests_fuzz_guide_SOURCES = tests/fuzz/guide.c $(FUZZ_DRIVER)
tests_fuzz_guide_LDADD = libguide.a libwork.a libinventory.a libnet.a libbase.a $(CORE_LIBS)
tests_fuzz_json_SOURCES = tests/fuzz/json.c $(FUZZ_DRIVER)
tests_fuzz_json_LDADD = libnet.a libbase.a $(NET_LIBS)
tests_fuzz_kubeconfig_SOURCES = tests/fuzz/kubeconfig.c $(FUZZ_DRIVER)
tests_fuzz_kubeconfig_LDADD = libkubernetes.a libnet.a libbase.a $(NET_LIBS)
tests_fuzz_mask_SOURCES = tests/fuzz/mask.c $(FUZZ_DRIVER)
tests_fuzz_mask_LDADD = libnet.a libbase.a $(NET_LIBS)
tests_fuzz_text_SOURCES = tests/fuzz/text.c $(FUZZ_DRIVER)
tests_fuzz_text_LDADD = libnet.a libbase.a $(NET_LIBS)
tests_fuzz_xml_SOURCES = tests/fuzz/xml.c $(FUZZ_DRIVER)
tests_fuzz_xml_LDADD = libnet.a libbase.a $(NET_LIBS)

EXTRA_DIST += \
	tests/fuzz/corpus/adaptor/agents tests/fuzz/corpus/adaptor/start \
	tests/fuzz/corpus/chunk/clusters tests/fuzz/corpus/chunk/vms tests/fuzz/corpus/chunk/vswitches \
	tests/fuzz/corpus/config/mistakes tests/fuzz/corpus/config/whole \
	tests/fuzz/corpus/journal/cut tests/fuzz/corpus/journal/nested \
	tests/fuzz/corpus/guide/answers tests/fuzz/corpus/guide/language tests/fuzz/corpus/guide/whole \
	tests/fuzz/corpus/filter/sorts tests/fuzz/corpus/filter/values tests/fuzz/corpus/filter/words \
	tests/fuzz/corpus/json/broken-text tests/fuzz/corpus/json/instances \
	tests/fuzz/corpus/json/values tests/fuzz/corpus/json/yaml-words \
	tests/fuzz/corpus/kubeconfig/flow tests/fuzz/corpus/kubeconfig/usual \
	tests/fuzz/corpus/mask/form tests/fuzz/corpus/mask/json tests/fuzz/corpus/mask/xml \
	tests/fuzz/corpus/text/encodings tests/fuzz/corpus/text/mixed \
	tests/fuzz/corpus/xml/buckets tests/fuzz/corpus/xml/doctype tests/fuzz/corpus/xml/error

# Everything a target uses is compiled with it, so that all of it is instrumented.
FUZZ_CODE = $(filter %.c,$(libkubernetes_a_SOURCES) $(liborphans_a_SOURCES) $(libguide_a_SOURCES) $(libwork_a_SOURCES) $(libinventory_a_SOURCES) $(libnet_a_SOURCES) $(libbase_a_SOURCES))
FUZZ_TARGETS = $(FUZZERS:%=fuzz-%)
CLEANFILES += $(FUZZ_TARGETS)

fuzz: $(FUZZ_TARGETS)
$(FUZZ_TARGETS): fuzz-%: tests/fuzz/%.c $(FUZZ_CODE) config.h
	@command -v $(FUZZ_CC) >/dev/null || { echo "make fuzz needs $(FUZZ_CC) (Debian: clang, libclang-rt-14-dev)"; exit 1; }
	$(AM_V_CCLD)$(FUZZ_CC) $(FUZZ_CFLAGS) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CJSON_CFLAGS) -o $@ \
		$(filter %.c,$^) $(CORE_LIBS)

# What libFuzzer finds goes to a folder of its own, the first one named.
fuzz-smoke: fuzz
	@for name in $(FUZZERS); do \
		mkdir -p fuzz-found/$$name; \
		./fuzz-$$name -runs=$(FUZZ_RUNS) -max_len=4096 -rss_limit_mb=2048 -seed=1 -verbosity=0 -artifact_prefix=fuzz-found/ \
			fuzz-found/$$name $(srcdir)/tests/fuzz/corpus/$$name >fuzz-found/$$name.log 2>&1 || \
			{ cat fuzz-found/$$name.log; exit 1; }; \
		echo "fuzz-$$name: $(FUZZ_RUNS) runs"; \
	done
clean-local-fuzz:
	rm -rf fuzz-found
clean-local: clean-local-fuzz
.PHONY: fuzz fuzz-smoke clean-local-fuzz
