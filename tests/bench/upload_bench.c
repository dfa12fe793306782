// SPDX-License-Identifier: Apache-2.0
// upload-bench FILE BUCKET: uploads the file as a guide's step would, prints milliseconds, parts, parts at a time and
// CPU milliseconds, takes the object away again. The environment says where to and with which keys.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "alibaba/alibaba.h"
#include "alibaba/calls.h"
#include "alibaba/session.h"
#include "alibaba/upload_plan.h"
#include "base/banned.h"

static int64_t cpu_ms(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
	       (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

int main(int argc, char **argv)
{
	struct context_config context = {.name = "bench", .backend = "alibaba"};
	struct http_options options = {.parallel = HTTP_PARALLEL_DEFAULT, .clock = &clock_system};
	struct services services = {.clock = &clock_system, .parallel = HTTP_PARALLEL_DEFAULT};
	struct call_upload upload = {.region = getenv("ALIBABA_CLOUD_REGION_ID"), .object = "bench", .token = "bench"};
	struct error error = {0};
	struct session *session;
	struct upload_plan plan;
	struct stat status;
	int64_t started, spent;
	bool good;

	if (argc != 3 || !upload.region || stat(argv[1], &status) != 0) {
		fprintf(stderr, "usage: upload-bench FILE BUCKET\n");
		return 2;
	}
	upload.file = argv[1];
	upload.bucket = argv[2];
	services.http = http_client_create(&options, &error);
	session = services.http ? backend_alibaba.open(&context, &services, &error) : NULL;
	started = clock_monotonic(&clock_system);
	spent = cpu_ms();
	good = session && alibaba_calls.upload(session, &upload, NULL, &error);
	upload_plan_make(&plan, (uint64_t)status.st_size, services.parallel);
	if (good)
		printf("%lld %u %u %lld\n", (long long)(clock_monotonic(&clock_system) - started), plan.count,
		        plan.parallel, (long long)(cpu_ms() - spent));
	else
		fprintf(stderr, "%s: %s\n", error.code, error.message);
	good = good && alibaba_calls.unload(session, &upload, NULL, &error);
	if (session)
		backend_alibaba.close(session);
	http_client_destroy(services.http);
	return good ? 0 : 1;
}
