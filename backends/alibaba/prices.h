// SPDX-License-Identifier: Apache-2.0
// Prices that were asked for: kept for a day, and asked for once even when several threads want the same one.
#ifndef PEERDECK_ALIBABA_PRICES_H
#define PEERDECK_ALIBABA_PRICES_H

#include <pthread.h>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/error.h"

enum { PRICES_MOST = 1024, PRICE_KEPT_MS = 24 * 3600 * 1000, PRICE_FAILURE_KEPT_MS = 60000 };

struct price {
	char what[200]; // "ecs/cn-beijing/ecs.g8i.xlarge/cn-beijing-i/40"
	bool asking, known;
	int64_t at; // monotonic: of the answer or the refusal
	double per_hour;
	char currency[8];
	struct error error; // why it is not known
};

struct prices {
	const struct clock *clock;
	pthread_mutex_t lock;
	pthread_cond_t answered;
	struct price *items; // up to PRICES_MOST
	size_t count;
};

void prices_init(struct prices *prices, const struct clock *clock);
void prices_finish(struct prices *prices);

enum price_turn { PRICE_KNOWN, PRICE_REFUSED, PRICE_ASK };
// PRICE_ASK: the caller asks, and must tell prices_answer what came. Waits while another thread asks. PRICE_REFUSED
// sets the error; so does being cancelled while waiting.
enum price_turn prices_begin(struct prices *prices, const char *what, double *per_hour, char currency[8],
        struct cancel *cancel, struct error *error);
// `error` NULL = it is known. A cancelled call is not remembered.
void prices_answer(
        struct prices *prices, const char *what, double per_hour, const char *currency, const struct error *error);

#endif
