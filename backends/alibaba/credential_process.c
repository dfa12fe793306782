// SPDX-License-Identifier: Apache-2.0
// Keys from a program of the user's (profile mode External): run without a shell, at most 60 seconds, its output read
// as a profile. What it writes to standard error goes nowhere: the text may be private.
#include "config.h"
#include "alibaba/credential_source.h"

#include "alibaba/words.h"
#include "base/process.h"

#include "base/banned.h"

enum { OUTPUT_MOST = 64 << 10, TIME_LIMIT_MS = 60000 };

static struct key *read_output(const char *text, size_t size, const char *source, struct error *error)
{
	struct json_doc doc;
	struct profile profile;
	struct key *key = NULL;

	if (!json_open(&doc, text, size, "output of the program", error)) {
		// The text may hold secrets: say only that it is no JSON.
		error_set(error, ERROR_CREDENTIALS, _("The program's output is not JSON"));
		return NULL;
	}
	if (profile_from_json(doc.root, &profile, error)) {
		if ((profile.mode != PROFILE_AK && profile.mode != PROFILE_STS_TOKEN) || !*profile.access_key_id ||
		        !profile.access_key_secret || (profile.mode == PROFILE_STS_TOKEN && !profile.sts_token))
			error_set(error, ERROR_CREDENTIALS,
			        _("The program's output must have mode AK or StsToken and the keys"));
		else if (!(key = key_create(profile.access_key_id, secret_text(profile.access_key_secret),
		                   secret_text(profile.sts_token), json_time(doc.root, "expiration"), source)))
			error_set(error, ERROR_MEMORY, _("Out of memory"));
		profile_finish(&profile);
	}
	json_wipe(doc.root);
	json_close(&doc);
	return key;
}

static struct key *run(const struct credential_fetch *fetch, char **words, const char *source, struct error *error)
{
	struct buffer text;
	struct key *key = NULL;

	buffer_init_secret(&text, OUTPUT_MOST);
	if (process_run(words, TIME_LIMIT_MS, &text, NULL, fetch->cancel, error)) {
		if (text.broken)
			error_set(error, ERROR_LIMIT, _("The program writes more than %d bytes"), OUTPUT_MOST);
		else
			key = read_output(buffer_text(&text), text.size, source, error);
	}
	buffer_finish(&text);
	return key;
}

struct key *key_from_process(
        const struct credential_fetch *fetch, const char *command, const char *source, struct error *error)
{
	struct arena arena;
	struct key *key = NULL;
	char **words;

	if (!external_sources_allowed(fetch->environment, error))
		return NULL;
	arena_init(&arena, 1 << 20);
	words = words_split(&arena, command, error);
	if (words)
		key = run(fetch, words, source, error);
	if (!key) {
		error_doing(error, "%s", source);
		if (error && !*error->remedy)
			error_remedy(error, _("Run the profile's process_command by hand and see what it says"));
	}
	arena_finish(&arena);
	return key;
}
