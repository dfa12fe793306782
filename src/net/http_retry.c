// SPDX-License-Identifier: Apache-2.0
// When to try again.
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/http_internal.h"

#include "base/banned.h"

enum { BACKOFF_FIRST_MS = 500, BACKOFF_MOST_MS = 20000 };

// Full jitter (random between nothing and a ceiling that doubles) spreads a crowd best: Amazon Architecture Blog,
// "Exponential Backoff And Jitter".
int64_t http_backoff(unsigned attempt, uint32_t random)
{
	int64_t ceiling = BACKOFF_FIRST_MS;

	for (unsigned i = 1; i < attempt && ceiling < BACKOFF_MOST_MS; i++)
		ceiling *= 2;
	if (ceiling > BACKOFF_MOST_MS)
		ceiling = BACKOFF_MOST_MS;
	return (int64_t)random % (ceiling + 1);
}

static int64_t capped(int64_t wait)
{
	if (wait < 0)
		return 0;
	return wait < HTTP_RETRY_WAIT_MOST_MS ? wait : HTTP_RETRY_WAIT_MOST_MS;
}

int64_t http_retry_after(const struct http_response *response, int64_t now)
{
	const char *acs = http_response_header(response, "x-acs-retry-after");
	const char *standard = http_response_header(response, "retry-after");
	int64_t value;

	if (acs && text_to_int64(acs, &value)) // milliseconds
		return capped(value);
	if (!standard)
		return -1;
	if (text_to_int64(standard, &value)) // seconds
		return capped(value < HTTP_RETRY_WAIT_MOST_MS ? value * 1000 : value);
	// A date is the service's; its own clock says how far away that is.
	if (time_parse_http(standard, &value))
		return capped(value - (response->server_date ? response->server_date : now));
	return -1;
}

enum http_next http_judge_safe(const struct http_response *response, void *user, int64_t *wait_ms)
{
	static const long passing[] = {408, 429, 500, 502, 503, 504};

	(void)user;
	(void)wait_ms;
	if (response->error.kind != ERROR_NONE)
		return response->error.retryable ? HTTP_RETRY : HTTP_DONE;
	for (size_t i = 0; i < COUNT_OF(passing); i++)
		if (response->status == passing[i])
			return HTTP_RETRY;
	return HTTP_DONE;
}
