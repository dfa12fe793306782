// SPDX-License-Identifier: Apache-2.0
// Gives back what a survey holds.
#include <config.h>
#include "work/survey.h"

#include <string.h>

#include "base/banned.h"

void cluster_survey_finish(struct cluster_survey *survey)
{
	snapshot_unref(survey->pods);
	snapshot_unref(survey->nodes);
	snapshot_unref(survey->peerpods);
	snapshot_unref(survey->events);
	arena_finish(&survey->arena);
	memset(survey, 0, sizeof(*survey));
}
