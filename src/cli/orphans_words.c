// SPDX-License-Identifier: Apache-2.0
// Words of `peerdeck orphans` that have a grammar of their own.
#include <config.h>
#include "cli/orphans_own.h"

#include "base/banned.h"

bool orphans_duration(const char *text, int64_t *ms)
{
	static const struct {
		char letter;
		int64_t ms;
	} units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', 86400000}};
	const int64_t most = 366 * units[3].ms;
	int64_t sum = 0;

	while (*text) {
		int64_t number = 0, unit = 0;

		if (*text < '0' || *text > '9')
			return false;
		for (; *text >= '0' && *text <= '9'; text++)
			if ((number = number * 10 + *text - '0') > most)
				return false;
		for (size_t i = 0; i < COUNT_OF(units); i++)
			if (units[i].letter == *text)
				unit = units[i].ms;
		if (unit == 0 || number > (most - sum) / unit)
			return false;
		sum += number * unit;
		text++;
	}
	if (sum == 0)
		return false;
	*ms = sum;
	return true;
}
