// SPDX-License-Identifier: Apache-2.0
// The suites of tests of the Kubernetes backend against the small cluster.
#include "config.h"
#include "tests/wire/cluster.h"

#include "base/banned.h"

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {
	        cluster_read_suite, cluster_watch_suite, cluster_act_suite, cluster_lease_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
