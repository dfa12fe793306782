// SPDX-License-Identifier: Apache-2.0
// Guides: the file, the language in it, and answers (with the plan in them). The first byte says which.
#include "config.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guide/expression.h"
#include "guide/lint.h"
#include "guide/run.h"
#include "net/json.h"

#include "base/banned.h"

enum { TEXT_MOST = 1 << 16 };

// libconfig 1.5 keeps the text of a string that does not end. Known to LeakSanitizer by this name.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:strbuf_append\nleak:libconfig";
}

static char folder[64], file[96];

static void remove_folder(void)
{
	unlink(file);
	rmdir(folder);
}

static bool put(const char *text, size_t size)
{
	FILE *out;
	bool written;

	if (!*folder) {
		snprintf(folder, sizeof(folder), "/tmp/fuzz-guide-XXXXXX");
		FUZZ_CHECK(mkdtemp(folder));
		snprintf(file, sizeof(file), "%s/guide.cfg", folder);
		atexit(remove_folder);
	}
	// A file that is cut short is written to the disk by some file systems; a new one is not.
	unlink(file);
	out = fopen(file, "we");
	written = out && fwrite(text, 1, size, out) == size;
	return out && fclose(out) == 0 && written;
}

static void check_mistake(const struct error *mistake, void *user)
{
	(void)user;
	FUZZ_CHECK(mistake->kind != ERROR_NONE && mistake->message[0] && mistake->doing[0]);
}

static void try_guide(const char *text, size_t size)
{
	if (memmem(text, size, "@include", 8))
		return;
	FUZZ_CHECK(put(text, size));
	guide_lint(folder, "fuzz/guide", NULL, check_mistake, NULL);
}

static const char *const answer = "{\"a\":{\"b\":[1,\"two\",{\"c\":true}]},\"cidr\":\"10.0.0.0/"
                                  "8\",\"Tags\":{\"Tag\":[{\"Key\":\"k\",\"Value\":\"v\"}]}}";

static bool any_name(const char *name, void *user, struct error *error)
{
	(void)user, (void)error;
	return name[0] != '\0';
}

// What the check takes must not be wrong in its writing later, whatever the values are.
static void try_language(const char *text)
{
	struct values values = {0};
	struct error error = {0};
	struct json_doc doc;
	struct buffer out;

	FUZZ_CHECK(values_set(&values, "A", "10.1.0.0/16,10.2.0.0/16", "") &&
	           values_set(&values, "B", "[\"x\",\"y\"]", "") && values_set(&values, "C", NULL, ""));
	FUZZ_CHECK(json_open(&doc, answer, strlen(answer), "answer", NULL));
	for (enum expression_kind kind = EXPRESSION_TEXT; kind <= EXPRESSION_POINTER; kind++)
		expression_check(kind, text, any_name, NULL, &error);
	buffer_init(&out, TEXT_MOST);
	expand_text(&out, text, &values, EXPAND_PLAIN, &error);
	buffer_clear(&out);
	expand_text(&out, text, &values, EXPAND_JSON | EXPAND_SHOWN, &error);
	buffer_clear(&out);
	condition_judge(text, &values, &error);
	test_judge(text, doc.root, &values, &error);
	pointer_pick(doc.root, text, &values, &out);
	for (size_t i = 0, count = list_count(text); i < count && i < 100; i++) {
		buffer_clear(&out);
		FUZZ_CHECK(list_element(text, i, &out) || out.broken);
	}
	buffer_finish(&out);
	json_close(&doc);
	values_finish(&values);
}

static const char *const asking =
        "title = \"T\"; backend = \"b\"; approve = \"yes\"; sections = ( { id = \"s\"; heading = \"S\"; } );"
        "steps = ( { id = \"a\"; sort = \"ask\"; section = \"s\"; title = \"A\"; inputs = ("
        "{ name = \"N\"; title = \"n\"; type = \"number\"; least = 1.0; most = 9.0; default = 2; },"
        "{ name = \"R\"; title = \"r\"; type = \"cidr\"; least = 8.0; most = 24.0; optional = true; },"
        "{ name = \"F\"; title = \"f\"; type = \"flag\"; default = false; },"
        "{ name = \"L\"; title = \"l\"; type = \"list\"; optional = true; },"
        "{ name = \"M\"; title = \"m\"; match = \"^[a-z]+$\"; optional = true; } ); } );";

// Answers that are taken are written, and read again they are the same.
static void try_answers(const char *text, size_t size)
{
	struct guide_effects effects;
	struct guide *guide;
	struct guide_run *run;
	struct buffer written;
	struct plan approved, again;

	if (memmem(text, size, "@include", 8))
		return;
	FUZZ_CHECK(put(asking, strlen(asking)));
	guide = guide_read(folder, "fuzz/guide", false, NULL, NULL);
	FUZZ_CHECK(guide);
	effects_system(&effects);
	run = run_create(&(struct run_options){.guide = guide, .effects = &effects, .id = "pd"}, NULL);
	FUZZ_CHECK(run && put(text, size));
	if (run_answers_read(run, file, &approved, check_mistake, NULL) &&
	        run_answers_complete(run, NULL, check_mistake, NULL)) {
		buffer_init(&written, TEXT_MOST * 8);
		FUZZ_CHECK(run_answers_write(run, approved.hash[0] ? &approved : NULL, &written));
		FUZZ_CHECK(put(buffer_text(&written), written.size));
		FUZZ_CHECK(run_answers_read(run, file, &again, check_mistake, NULL));
		FUZZ_CHECK(
		        !strcmp(again.hash, approved.hash) && again.count == (approved.hash[0] ? approved.count : 0));
		plan_finish(&again);
		buffer_finish(&written);
	}
	plan_finish(&approved);
	run_destroy(run);
	guide_destroy(guide);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size < 1 || size > TEXT_MOST)
		return 0;
	text = strndup((const char *)data + 1, size - 1);
	FUZZ_CHECK(text);
	if (data[0] == 'a')
		try_answers(text, strlen(text));
	else if (data[0] == 'l')
		try_language(text);
	else
		try_guide(text, strlen(text));
	free(text);
	return 0;
}
