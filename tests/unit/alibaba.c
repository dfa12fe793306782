// SPDX-License-Identifier: Apache-2.0
// Unit tests of the Alibaba backend; what needs a server is under tests/wire.
#include "config.h"

#include "tests/unit/alibaba.h"

#include "base/banned.h"

const char *test_environment_get(void *user, const char *name)
{
	const struct test_environment *environment = user;

	for (const char *const *pair = environment->pairs; *pair; pair += 2)
		if (!strcmp(pair[0], name))
			return pair[1];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {alibaba_rules_suite, alibaba_profile_suite, alibaba_operations_suite,
	        alibaba_permissions_suite, alibaba_upload_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
