// SPDX-License-Identifier: Apache-2.0
// Adding up what things cost, each currency by itself.
#include "config.h"

#include "orphans/report.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

size_t cost_add(struct report_cost *sums, size_t count, size_t most, const struct report_cost *cost)
{
	size_t at = 0;

	if (isnan(cost->per_hour))
		return count;
	while (at < count && strcmp(sums[at].currency, cost->currency) != 0)
		at++;
	if (at == most)
		return count;
	if (at == count)
		sums[count++] = (struct report_cost){0, 0, cost->currency};
	sums[at].per_hour += cost->per_hour;
	sums[at].so_far += isnan(cost->so_far) ? 0 : cost->so_far;
	return count;
}
