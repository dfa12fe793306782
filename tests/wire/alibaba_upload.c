// SPDX-License-Identifier: Apache-2.0
// Uploads against peerdeck-sim's object storage: whole, in parts, killed and resumed, disturbed, taken away again.
#include "config.h"

#include "tests/wire/alibaba_world.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alibaba/calls.h"
#include "alibaba/upload_plan.h"
#include "base/crc64.h"

#include "base/banned.h"

#define BUCKET "peerdeck-demo"
#define REGION "cn-beijing"
#define TOKEN "0123456789abcdef"

enum { MIB = 1 << 20, FILE_SIZE = 72 * MIB + 12345, PARTS = 5, MARK_SIZE = 256 };

static const char *const quiet_world[] = {"./peerdeck-sim", "--with-parent", "--scenario", "demo", NULL};

// A file with some bytes here and there, and holes between.
static void make_file(char path[64], int64_t size)
{
	int file;

	snprintf(path, 64, "/tmp/peerdeck-upload-XXXXXX");
	file = mkstemp(path);
	CU_ASSERT_TRUE_FATAL(file >= 0);
	CU_ASSERT_EQUAL(ftruncate(file, size), 0);
	for (int64_t at = 0; at < size; at += 5 * MIB) {
		char text[32];
		int length = snprintf(text, sizeof(text), "%" PRId64, at);

		if (at + length < size)
			CU_ASSERT_EQUAL(pwrite(file, text, (size_t)length, at), length);
	}
	close(file);
}

// What an engine would keep on disk, and what it would show.
struct keeper {
	char mark[MARK_SIZE], file[64]; // file "" = kept in memory alone
	int64_t first, last, total;
	unsigned told;
	bool fell;
	struct cancel *cancel; // asked once `cancel_at` bytes are there
	int64_t cancel_at;
	const char *touch; // a file that somebody writes to at the first progress after the beginning
};

static bool remember(const char *mark, void *user, struct error *error)
{
	struct keeper *keeper = user;
	FILE *out;

	(void)error;
	snprintf(keeper->mark, sizeof(keeper->mark), "%s", mark);
	if (*keeper->file && (out = fopen(keeper->file, "w"))) {
		fputs(mark, out);
		fclose(out);
	}
	return true;
}

static void progress(int64_t done, int64_t total, void *user)
{
	struct keeper *keeper = user;

	if (!keeper->told++)
		keeper->first = done;
	keeper->fell |= done < keeper->last;
	keeper->last = done;
	keeper->total = total;
	if (keeper->cancel && done >= keeper->cancel_at)
		cancel_ask(keeper->cancel);
	if (keeper->touch && done > keeper->first) {
		CU_ASSERT_EQUAL(truncate(keeper->touch, 20 * MIB), 0);
		keeper->touch = NULL;
	}
}

static struct call_upload describe(const char *file, const char *object, struct keeper *keeper)
{
	return (struct call_upload){.region = REGION,
	        .bucket = BUCKET,
	        .object = object,
	        .file = file,
	        .token = TOKEN,
	        .mark = keeper->mark,
	        .remember = remember,
	        .progress = progress,
	        .user = keeper};
}

static bool send_file(struct session *session, const struct call_upload *upload, struct error *error)
{
	bool good = alibaba_calls.upload(session, upload, NULL, error);

	if (!good && error)
		printf("upload: %s %s\n", error->code, error->message);
	return good;
}

static int64_t operation_count_of(struct world *world, const char *name)
{
	cJSON *stats = control(world, HTTP_GET, "/_sim/stats");
	const cJSON *count = json_member(json_member(json_member(stats, "operations"), name), "requests");
	int64_t value = count ? (int64_t)count->valuedouble : 0;

	cJSON_Delete(stats);
	return value;
}

// What a killed program had sent completely may still arrive: until nothing comes any more.
static int64_t settled_count_of(struct world *world, const char *name)
{
	int64_t count = operation_count_of(world, name), now;
	unsigned same = 0;

	while (same < 150) {
		now = operation_count_of(world, name);
		same = now == count ? same + 1 : 0;
		count = now;
	}
	return count;
}

static enum call_object look(struct world *world, const struct call_upload *upload)
{
	enum call_object there = OBJECT_OTHER;
	struct error error = {0};

	CU_ASSERT_TRUE(alibaba_calls.uploaded(world->session, upload, &there, NULL, &error));
	return there;
}

static void expect_objects(struct world *world, size_t objects, size_t uploads)
{
	CU_ASSERT_EQUAL(truth_count(world, "/resources/object"), objects);
	CU_ASSERT_EQUAL(truth_count(world, "/resources/upload"), uploads);
}

static void files_of_any_length_arrive_whole_and_go_again(void)
{
	static const int64_t sizes[] = {0, 1, 100 * 1024, 16 * MIB, 16 * MIB + 1, FILE_SIZE};
	struct world world;
	struct error error = {0};
	char path[64];

	world_start(&world, quiet_world);
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct keeper keeper = {0};
		struct call_upload upload = describe(path, "images/pod vm+1.qcow2", &keeper);
		struct buffer about;

		make_file(path, sizes[i]);
		buffer_init(&about, 4096);
		upload.about = &about;
		CU_ASSERT_EQUAL(look(&world, &upload), OBJECT_ABSENT);
		CU_ASSERT_TRUE(send_file(world.session, &upload, &error));
		CU_ASSERT_EQUAL(keeper.last, sizes[i]);
		CU_ASSERT_EQUAL(keeper.total, sizes[i]);
		CU_ASSERT_FALSE(keeper.fell);
		CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&about), "\"Made\":true"));
		CU_ASSERT_EQUAL(look(&world, &upload), OBJECT_OURS);
		expect_objects(&world, 1, 0);
		// A second time there is nothing to do.
		CU_ASSERT_TRUE(send_file(world.session, &upload, &error));
		CU_ASSERT_TRUE(alibaba_calls.unload(world.session, &upload, NULL, &error));
		CU_ASSERT_TRUE(alibaba_calls.unload(world.session, &upload, NULL, &error));
		expect_objects(&world, 0, 0);
		buffer_finish(&about);
		unlink(path);
	}
	CU_ASSERT_EQUAL(operation_count_of(&world, "oss.UploadPart"), 2 + PARTS);
	CU_ASSERT_EQUAL(operation_count_of(&world, "oss.PutObject"), 4);
	world_stop(&world);
}

static void what_is_anothers_is_neither_written_over_nor_deleted(void)
{
	struct keeper keeper = {0};
	struct call_upload upload, again;
	struct world world;
	struct error error = {0};
	char path[64], other[64];

	world_start(&world, quiet_world);
	make_file(path, 3 * MIB);
	make_file(other, 4 * MIB);
	upload = describe(path, "image", &keeper);
	CU_ASSERT_TRUE(send_file(world.session, &upload, &error));
	again = upload;
	again.token = "another";
	CU_ASSERT_EQUAL(look(&world, &again), OBJECT_SAME);
	// The same bytes will do, and stay their maker's.
	CU_ASSERT_TRUE(send_file(world.session, &again, &error));
	CU_ASSERT_TRUE(alibaba_calls.unload(world.session, &again, NULL, &error));
	expect_objects(&world, 1, 0);
	again.file = other;
	CU_ASSERT_EQUAL(look(&world, &again), OBJECT_OTHER);
	CU_ASSERT_FALSE(alibaba_calls.upload(world.session, &again, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.remedy, "aliyun oss rm"));
	CU_ASSERT_EQUAL(look(&world, &upload), OBJECT_OURS);
	// What is ours may be made anew.
	again.token = TOKEN;
	CU_ASSERT_TRUE(send_file(world.session, &again, &error));
	CU_ASSERT_EQUAL(look(&world, &again), OBJECT_OURS);
	world_stop(&world);
	unlink(path);
	unlink(other);
}

static void a_bucket_elsewhere_is_told_before_a_byte_is_sent(void)
{
	struct keeper keeper = {0};
	struct call_upload upload;
	struct world world;
	struct error error = {0};
	char path[64];

	world_start(&world, quiet_world);
	make_file(path, FILE_SIZE);
	upload = describe(path, "image", &keeper);
	upload.region = "cn-hongkong";
	CU_ASSERT_FALSE(alibaba_calls.upload(world.session, &upload, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, BUCKET));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.remedy, "cn-hongkong"));
	upload.region = REGION;
	upload.bucket = "peerdeck-no-such";
	CU_ASSERT_FALSE(alibaba_calls.upload(world.session, &upload, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NOT_FOUND);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.remedy, "aliyun oss mb"));
	CU_ASSERT_EQUAL(operation_count_of(&world, "oss.UploadPart"), 0);
	// And the file that is not there.
	upload.bucket = BUCKET;
	upload.file = "/nonexistent/podvm.qcow2";
	CU_ASSERT_FALSE(alibaba_calls.upload(world.session, &upload, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NOT_FOUND);
	expect_objects(&world, 0, 0);
	world_stop(&world);
	unlink(path);
}

// Runs this program as the one that uploads, to be killed at a failpoint. Returns the signal that ended it.
static int run_child(const char *failpoint, const char *file, const char *mark)
{
	const char *const arguments[] = {"alibaba_upload", "--child", file, mark, NULL};
	pid_t child;
	int status = 0;

	setenv("PEERDECK_FAILPOINT", failpoint, 1);
	CU_ASSERT_EQUAL_FATAL(
	        posix_spawn(&child, "/proc/self/exe", NULL, NULL, (char *const *)(uintptr_t)arguments, environ), 0);
	unsetenv("PEERDECK_FAILPOINT");
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void read_mark(struct keeper *keeper)
{
	FILE *in = fopen(keeper->file, "r");

	keeper->mark[0] = '\0';
	if (!in)
		return;
	if (!fgets(keeper->mark, sizeof(keeper->mark), in))
		keeper->mark[0] = '\0';
	fclose(in);
}

static const char *const kills[] = {"upload.begin", "upload.begun", "upload.part", "upload.part:3", "upload.part:5",
        "upload.complete", "upload.completed"};

static void a_killed_upload_goes_on_without_sending_a_part_twice(void)
{
	struct world world;
	struct error error = {0};
	char path[64], mark[64];

	world_start(&world, quiet_world);
	make_file(path, FILE_SIZE);
	make_file(mark, 0);
	for (size_t i = 0; i < COUNT_OF(kills); i++) {
		struct keeper keeper = {0};
		struct call_upload upload = describe(path, "image", &keeper);
		int64_t before = operation_count_of(&world, "oss.UploadPart");

		CU_ASSERT_EQUAL(truncate(mark, 0), 0);
		CU_ASSERT_EQUAL(run_child(kills[i], path, mark), SIGKILL);
		settled_count_of(&world, "oss.UploadPart");
		snprintf(keeper.file, sizeof(keeper.file), "%s", mark);
		read_mark(&keeper);
		CU_ASSERT_TRUE(*keeper.mark);
		CU_ASSERT_TRUE(send_file(world.session, &upload, &error));
		CU_ASSERT_EQUAL(operation_count_of(&world, "oss.UploadPart") - before, PARTS);
		CU_ASSERT_EQUAL(operation_count_of(&world, "oss.InitiateMultipartUpload"), (int64_t)i + 1);
		CU_ASSERT_EQUAL(look(&world, &upload), OBJECT_OURS);
		expect_objects(&world, 1, 0);
		CU_ASSERT_TRUE(alibaba_calls.unload(world.session, &upload, NULL, &error));
		expect_objects(&world, 0, 0);
	}
	world_stop(&world);
	unlink(path);
	unlink(mark);
}

static void a_killed_upload_is_taken_away_to_the_last_part(void)
{
	struct world world;
	struct error error = {0};
	char path[64], mark[64];

	world_start(&world, quiet_world);
	make_file(path, FILE_SIZE);
	make_file(mark, 0);
	for (size_t i = 0; i < COUNT_OF(kills); i++) {
		struct keeper keeper = {0};
		struct call_upload upload = describe(path, "image", &keeper);

		CU_ASSERT_EQUAL(truncate(mark, 0), 0);
		CU_ASSERT_EQUAL(run_child(kills[i], path, mark), SIGKILL);
		snprintf(keeper.file, sizeof(keeper.file), "%s", mark);
		read_mark(&keeper);
		CU_ASSERT_TRUE(alibaba_calls.unload(world.session, &upload, NULL, &error));
		expect_objects(&world, 0, 0);
	}
	world_stop(&world);
	unlink(path);
	unlink(mark);
}

static void lost_answers_and_refusals_lose_nothing(void)
{
	static const char *const specs[] = {"op=oss.UploadPart,reset=0.4", "op=oss.CompleteMultipartUpload,reset=0.7",
	        "op=oss.InitiateMultipartUpload,reset=0.6", "throttle=0.2,http500=0.2", "truncate=0.3",
	        "op=oss.PutObject,reset=0.5"};
	struct world world;
	struct error error = {0};
	char path[64];

	world_start(&world, quiet_world);
	for (size_t i = 0; i < COUNT_OF(specs); i++) {
		struct keeper keeper = {0};
		struct call_upload upload = describe(path, "image", &keeper);
		bool good = false;

		make_file(path, i + 1 < COUNT_OF(specs) ? FILE_SIZE : 5 * MIB);
		fault(&world, "off");
		fault(&world, specs[i]);
		// It may be given up, never lose its way: another attempt goes on.
		for (unsigned turn = 0; !good && turn < 8; turn++)
			good = alibaba_calls.upload(world.session, &upload, NULL, &error);
		CU_ASSERT_TRUE(good);
		fault(&world, "off");
		CU_ASSERT_FALSE(keeper.fell && error.kind == ERROR_NONE);
		CU_ASSERT_EQUAL(look(&world, &upload), OBJECT_OURS);
		expect_objects(&world, 1, 0);
		CU_ASSERT_TRUE(alibaba_calls.unload(world.session, &upload, NULL, &error));
		expect_objects(&world, 0, 0);
		unlink(path);
	}
	world_stop(&world);
}

static void cancelling_stops_within_a_second_and_keeps_what_is_there(void)
{
	struct cancel cancel = {0};
	// More than can be on the way at a time: a part at least has arrived.
	struct keeper keeper = {.cancel = &cancel, .cancel_at = UPLOAD_PARALLEL_MOST * UPLOAD_PART_LEAST + MIB};
	struct call_upload upload;
	struct world world;
	struct error error = {0};
	char path[64];
	int64_t started;

	world_start(&world, quiet_world);
	make_file(path, 6 * (int64_t)FILE_SIZE);
	upload = describe(path, "image", &keeper);
	CU_ASSERT_FALSE(alibaba_calls.upload(world.session, &upload, &cancel, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CANCELLED);
	expect_objects(&world, 0, 1);
	keeper.cancel = NULL;
	keeper.told = 0;
	CU_ASSERT_TRUE(send_file(world.session, &upload, &error));
	CU_ASSERT_TRUE(keeper.first >= 16 * MIB);
	expect_objects(&world, 1, 0);
	CU_ASSERT_TRUE(alibaba_calls.unload(world.session, &upload, NULL, &error));
	// While nothing moves at all.
	fault(&world, "op=oss.UploadPart,stall=1");
	keeper = (struct keeper){.cancel = &cancel};
	atomic_store(&cancel.asked, false);
	started = clock_monotonic(&clock_system);
	CU_ASSERT_FALSE(alibaba_calls.upload(world.session, &upload, &cancel, &error));
	CU_ASSERT_TRUE(clock_monotonic(&clock_system) - started < 5000);
	CU_ASSERT_EQUAL(error.kind, ERROR_CANCELLED);
	CU_ASSERT_TRUE(alibaba_calls.unload(world.session, &upload, NULL, &error));
	expect_objects(&world, 0, 0);
	world_stop(&world);
	unlink(path);
}

static void a_file_that_changes_is_no_image(void)
{
	struct keeper keeper = {0};
	struct call_upload upload;
	struct world world;
	struct error error = {0};
	char path[64];

	world_start(&world, quiet_world);
	make_file(path, 4 * (int64_t)FILE_SIZE);
	keeper.touch = path;
	upload = describe(path, "image", &keeper);
	CU_ASSERT_FALSE(alibaba_calls.upload(world.session, &upload, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "changed"));
	expect_objects(&world, 0, 0);
	// Now that nobody writes to it.
	CU_ASSERT_TRUE(send_file(world.session, &upload, &error));
	CU_ASSERT_EQUAL(look(&world, &upload), OBJECT_OURS);
	expect_objects(&world, 1, 0);
	world_stop(&world);
	unlink(path);
}

static void an_upload_that_somebody_aborted_begins_again(void)
{
	struct cancel cancel = {0};
	struct keeper keeper = {.cancel = &cancel, .cancel_at = 17 * MIB}, copy;
	struct call_upload upload;
	struct world world;
	struct error error = {0};
	char path[64];

	world_start(&world, quiet_world);
	make_file(path, 3 * (int64_t)FILE_SIZE);
	upload = describe(path, "image", &keeper);
	CU_ASSERT_FALSE(alibaba_calls.upload(world.session, &upload, &cancel, &error));
	copy = keeper;
	keeper.cancel = NULL;
	CU_ASSERT_TRUE(alibaba_calls.unload(world.session, &upload, NULL, &error));
	expect_objects(&world, 0, 0);
	keeper = copy;
	keeper.cancel = NULL;
	CU_ASSERT_TRUE(send_file(world.session, &upload, &error));
	expect_objects(&world, 1, 0);
	world_stop(&world);
	unlink(path);
}

// Uploads as told by the arguments; the environment says where to.
static int child(const char *file, const char *mark)
{
	struct context_config context = {.name = "test", .backend = "alibaba"};
	struct http_options options = {.parallel = 16, .clock = &clock_system};
	struct services services = {.clock = &clock_system, .parallel = 16};
	struct keeper keeper = {0};
	struct call_upload upload = describe(file, "image", &keeper);
	struct error error = {0};
	struct session *session;
	bool good;

	snprintf(keeper.file, sizeof(keeper.file), "%s", mark);
	services.http = http_client_create(&options, &error);
	session = backend_alibaba.open(&context, &services, &error);
	good = session && alibaba_calls.upload(session, &upload, NULL, &error);
	if (session)
		backend_alibaba.close(session);
	http_client_destroy(services.http);
	return good ? 0 : 1;
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
	        UNIT_TEST(files_of_any_length_arrive_whole_and_go_again),
	        UNIT_TEST(what_is_anothers_is_neither_written_over_nor_deleted),
	        UNIT_TEST(a_bucket_elsewhere_is_told_before_a_byte_is_sent),
	        UNIT_TEST(a_killed_upload_goes_on_without_sending_a_part_twice),
	        UNIT_TEST(a_killed_upload_is_taken_away_to_the_last_part),
	        UNIT_TEST(lost_answers_and_refusals_lose_nothing),
	        UNIT_TEST(cancelling_stops_within_a_second_and_keeps_what_is_there),
	        UNIT_TEST(a_file_that_changes_is_no_image),
	        UNIT_TEST(an_upload_that_somebody_aborted_begins_again),
	};
	static const struct unit_suite suites[] = {UNIT_SUITE("alibaba_upload", tests)};

	if (argc == 4 && !strcmp(argv[1], "--child"))
		return child(argv[2], argv[3]);
	unsetenv("ALIBABA_CLOUD_PROFILE");
	unsetenv("ALIBABA_CLOUD_SECURITY_TOKEN");
	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
