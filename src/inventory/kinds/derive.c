// SPDX-License-Identifier: Apache-2.0
// Derivations that several kinds share.
#include "config.h"
#include "inventory/kinds/fields.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#include "base/banned.h"

bool derive_age_number(const struct record *record, const struct field_context *context, double *out)
{
	if (record->created == 0 || !context || context->now == 0)
		return false;
	// Clocks differ a little: what was made just now is not of negative age.
	*out = context->now > record->created ? (double)(context->now - record->created) : 0;
	return true;
}

bool derive_age(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	char text[TIME_TEXT_SIZE];
	double age;

	if (!derive_age_number(record, context, &age))
		return false;
	time_format_age((int64_t)age, text);
	snprintf(out, size, "%s", text);
	return true;
}

int64_t derive_count(const struct field_context *context, enum kind_id kind, const char *field, const char *value)
{
	return context && context->count ? context->count(context->user, kind, field, value) : -1;
}

int64_t derive_sum(const struct field_context *context, enum kind_id kind, const char *field, const char *value,
        const char *number)
{
	return context && context->sum ? context->sum(context->user, kind, field, value, number) : -1;
}

const struct record *derive_find(const struct field_context *context, enum kind_id kind, const char *id)
{
	return context && context->find ? context->find(context->user, kind, id) : NULL;
}

const struct record *derive_twin(const struct field_context *context, enum kind_id kind, const struct record *record)
{
	if (context && context->twin)
		return context->twin(context->user, kind, record);
	return derive_find(context, kind, record->id);
}

bool money_text(double amount, const char *currency, char *out, size_t size)
{
	static const struct {
		const char *code, *sign;
	} signs[] = {{"CNY", "¥"}, {"USD", "$"}, {"EUR", "€"}, {"GBP", "£"}};
	const char *sign = *currency ? currency : "?";

	if (isnan(amount))
		return false;
	for (size_t i = 0; i < COUNT_OF(signs); i++)
		if (strcmp(signs[i].code, currency) == 0)
			sign = signs[i].sign;
	snprintf(out, size, "%s %.2f", sign, amount);
	return true;
}

bool derive_integer_text(int64_t value, char *out, size_t size)
{
	if (value < 0)
		return false;
	snprintf(out, size, "%lld", (long long)value);
	return true;
}

bool derive_ratio_text(int64_t part, int64_t whole, char *out, size_t size)
{
	char left[24] = "?", right[24] = "?";

	if (part < 0 && whole < 0)
		return false;
	derive_integer_text(part, left, sizeof(left));
	derive_integer_text(whole, right, sizeof(right));
	snprintf(out, size, "%s/%s", left, right);
	return true;
}
