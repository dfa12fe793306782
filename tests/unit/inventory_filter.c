// SPDX-License-Identifier: Apache-2.0
// The filter language, as tables of what passes.
#include "config.h"

#include "inventory/filter.h"

#include "tests/unit/inventory.h"
#include "tests/unit/inventory_world.h"

#include "base/banned.h"

// Four VMs, numbered from 1.
static struct snapshot *make_vms(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "cn-beijing", "");
	static const struct {
		const char *id, *name, *status, *ip, *cluster, *pod;
		int64_t age_s, vcpu, memory_mib;
	} rows[] = {
	        {"i-aaa1", "podvm-nginx-77aa01bc", "Running", "172.16.4.9", "caa", "nginx", 3 * 86400, 4, 16384},
	        {"i-aaa2", "podvm-web-0-9be0f123", "Stopped", "172.16.9.3", "ci-nightly", "", 9 * 3600, 8, 32768},
	        {"i-aaa3", "北京-Größe STRASSE", "Starting", "", "北京-生产", "train", 40, 64, 512},
	        {"i-aaa4", "", "", "", "", "", -1, INT64_MIN, INT64_MIN},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct vm_record *vm = snapshot_add(builder, rows[i].id);
		const struct text_pair tags[] = {{"caa", i == 0 ? "true" : "false"}, {"team", "red"}};
		const char *groups[] = {"sg-one", "sg-two"};

		vm->record.name = snapshot_text(builder, rows[i].name);
		vm->record.status = snapshot_shared(builder, rows[i].status);
		vm->record.region = snapshot_shared(builder, "cn-beijing");
		vm->record.created = rows[i].age_s < 0 ? 0 : WORLD_NOW - rows[i].age_s * 1000;
		vm->private_ip = snapshot_text(builder, rows[i].ip);
		vm->cluster = snapshot_shared(builder, rows[i].cluster);
		vm->pod = snapshot_text(builder, rows[i].pod);
		vm->vcpu = rows[i].vcpu;
		vm->memory_mib = rows[i].memory_mib;
		vm->deletion_protection = i == 1;
		if (i < 2) {
			vm->tags = snapshot_tags(builder, tags, 2 - (unsigned)i);
			vm->security_group_ids = snapshot_list(builder, groups, 1 + (unsigned)i, true);
		}
	}
	return snapshot_finish(builder, WORLD_NOW, NULL);
}

static const struct field_context context = {.now = WORLD_NOW};

// The numbers of the VMs that pass, one by one and all at once.
static void check(const char *text, const char *wanted, unsigned line)
{
	struct snapshot *vms = make_vms();
	struct error error = {0};
	struct filter *filter = filter_parse(kind_get(KIND_VM), text, &error);
	unsigned char passes[4] = {1, 1, 1, 1};
	char single[8] = "", together[8] = "";

	if (filter)
		filter_select(filter, vms->records, vms->count, &context, passes);
	for (size_t i = 0; i < vms->count && filter; i++) {
		char number[2] = {(char)('1' + i), '\0'};

		if (filter_passes(filter, vms->records[i], &context))
			memcpy(single + strlen(single), number, 2);
		if (passes[i])
			memcpy(together + strlen(together), number, 2);
	}
	if (!filter || strcmp(single, wanted) != 0 || strcmp(together, wanted) != 0)
		printf("\n    filter %s: wanted %s, got %s and %s %s\n", text, wanted, single, together, error.message);
	CU_assertImplementation(filter && strcmp(single, wanted) == 0 && strcmp(together, wanted) == 0, line, text,
	        __FILE__, "", CU_FALSE);
	filter_destroy(filter);
	snapshot_unref(vms);
}
#define PASSES(text, wanted) check(text, wanted, __LINE__)

static void words_are_found_in_any_case(void)
{
	PASSES("", "1234");
	PASSES("   ", "1234");
	PASSES("nginx", "1");
	PASSES("NGINX", "1");
	PASSES("podvm-", "12");
	PASSES("running", "1");
	PASSES("i-aaa", "1234");
	PASSES("172.16", "12");
	PASSES("größe", "3");
	PASSES("GRÖSSE", "");
	PASSES("GRÖßE", "3");
	PASSES("strasse", "3");
	PASSES("京-生", "3");
	PASSES("nginx 172", "1");
	PASSES("nginx 9.3", "");
	PASSES("\"Größe strasse\"", "3");
	PASSES("\"größe  strasse\"", "");
	PASSES("zzz", "");
	PASSES("cn-beijing", "1234");
}

static void exclamation_marks_invert(void)
{
	PASSES("!nginx", "234");
	PASSES("!status:running", "234");
	PASSES("!~nginx|web", "34");
	PASSES("podvm !web", "1");
	PASSES("!-l caa=true", "234");
	PASSES("!-f pnx", "234");
}

static void expressions_are_searched(void)
{
	PASSES("~^podvm-.*bc$", "1");
	PASSES("/^PODVM/", "12");
	PASSES("/nginx|web/", "12");
	PASSES("/größe strasse/", "3");
	PASSES("/^172\\.16\\.9\\./ podvm", "2");
	PASSES("~'größe str'", "3");
	PASSES("/9be", "2");
	PASSES("/caa$/", "1");
	PASSES("~nginx-7.aa01", "1");
	PASSES("~ngx*inx", "1");
	PASSES("~nginz?x-", "1");
	PASSES("~pod[uv]m-w[^z]b", "2");
	PASSES("~[[:alpha:]x]nginx", "");
	PASSES("~[[:punct:]x]nginx", "1");
	PASSES("~[]x-]nginx", "1");
	PASSES("~STRASSE$", "3");
	PASSES("~", "1234");
	PASSES("~[0-9]{2}\\.4", "1");
	PASSES("~7{2}aa0?1", "1");
}

static void letters_in_order_are_fuzzy_matches(void)
{
	PASSES("-f pvngx", "1");
	PASSES("-f PVW", "2");
	PASSES("-f 京öse", "3");
	PASSES("-f xgn", "");
	PASSES("-f i4", "4");
}

static void tags_are_wished_for(void)
{
	PASSES("-l caa=true", "1");
	PASSES("-l caa", "12");
	PASSES("-l caa,team", "1");
	PASSES("-l caa,team=red", "1");
	PASSES("-l caa!=true", "234");
	PASSES("-l caa!=true,caa", "2");
	PASSES("-l nothing", "");
	PASSES("tags:red", "1");
	PASSES("tags:caa=", "12");
}

static void columns_are_compared(void)
{
	PASSES("name:nginx", "1");
	PASSES("status=running", "1");
	PASSES("status=Runn", "");
	PASSES("status!=Running", "234");
	PASSES("status=", "4");
	PASSES("status!=", "123");
	PASSES("cluster:北京", "3");
	PASSES("cluster=北京-生产", "3");
	PASSES("name=\"北京-größe strasse\"", "3");
	PASSES("NAME:nginx", "1");
	PASSES("private-ip:172", "12");
	PASSES("private_ip>172.16.5.0", "2");
	PASSES("id>=i-aaa3", "34");
	PASSES("pod:ng", "1");
	PASSES("serves:train", "3");
	PASSES("security_group_ids=sg-two", "2");
	PASSES("security_group_ids:one", "12");
	PASSES("security_group_ids!=sg-two", "134");
	PASSES("deletion_protection=yes", "2");
	PASSES("deletion_protection=no", "134");
}

static void numbers_sizes_and_ages_are_compared(void)
{
	PASSES("age>2h", "12");
	PASSES("age>1d", "1");
	PASSES("age<1m", "3");
	PASSES("age<=40s", "3");
	PASSES("age>=40", "123");
	PASSES("age<2h status:start", "3");
	PASSES("age>\"2 d\"", "1");
	PASSES("vcpu>4", "23");
	PASSES("vcpu=4", "1");
	PASSES("vcpu==4", "1");
	PASSES("vcpu!=4", "234");
	PASSES("vcpu<8", "1");
	PASSES("vcpu>=1", "123");
	PASSES("memory>=16G", "12");
	PASSES("memory<1GiB", "3");
	PASSES("memory_mib>1000", "12");
	PASSES("created<2026-11-19", "1");
	PASSES("created>2026-11-20T20:51Z", "3");
	PASSES("vcpu:6", "3");
}

static void refuses(const char *text, const char *wanted, unsigned line)
{
	struct error error = {0};
	struct filter *filter = filter_parse(kind_get(KIND_VM), text, &error);
	bool right = !filter && error.kind == ERROR_USAGE && strstr(error.message, wanted);

	if (!right)
		printf("\n    filter %s: wanted %s, got %s\n", text, wanted, error.message);
	CU_assertImplementation(right, line, text, __FILE__, "", CU_FALSE);
	filter_destroy(filter);
}
#define REFUSES(text, wanted) refuses(text, wanted, __LINE__)

static void mistakes_say_what_and_where(void)
{
	REFUSES("colour:red", "character 1: there is no column colour");
	REFUSES("北京 colour=red", "character 6: there is no column colour");
	REFUSES("nginx ~[", "character 7: regular expression");
	REFUSES("~(a)\\1", "back references");
	REFUSES("~((a{99}){99}){99}", "large counts");
	REFUSES("age>soon", "character 5: expected an age");
	REFUSES("vcpu>many", "expected a number, found many");
	REFUSES("vcpu>0x10", "expected a number");
	REFUSES("created>2h", "expected a date");
	REFUSES("deletion_protection=maybe", "expected yes or no");
	REFUSES("! nginx", "character 1: something to exclude must follow");
	REFUSES("-f", "letters to find must follow");
	REFUSES("a -l ", "character 3: tags must follow");
	REFUSES("a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g", "too many conditions");
}

static bool narrows(const char *text, const char *wider)
{
	struct filter *a = filter_parse(kind_get(KIND_VM), text, NULL),
	              *b = filter_parse(kind_get(KIND_VM), wider, NULL);
	bool result = filter_narrows(a, b);

	filter_destroy(a);
	filter_destroy(b);
	return result;
}

static void typing_on_narrows_only_where_it_must(void)
{
	CU_ASSERT(narrows("nginx", "ngi"));
	CU_ASSERT(narrows("nginx web", "nginx"));
	CU_ASSERT(narrows("anything", ""));
	CU_ASSERT(narrows("name:nginx", "name:ng"));
	CU_ASSERT(narrows("-f abc", "-f ab"));
	CU_ASSERT(!narrows("ngi", "nginx"));
	CU_ASSERT(!narrows("!nginx", "!ngi"));
	CU_ASSERT(!narrows("!n", "n"));
	CU_ASSERT(!narrows("status=Running2", "status=Running"));
	CU_ASSERT(!narrows("vcpu>10", "vcpu>1"));
	CU_ASSERT(!narrows("~ab*", "~ab"));
	CU_ASSERT(!narrows("age>2h x", "age>2h"));
	CU_ASSERT(!narrows("", "a"));
}

static void columns_are_completed(void)
{
	char words[8][64];

	CU_ASSERT_EQUAL(filter_complete(kind_get(KIND_VM), "nginx !stat", 11, words, 8), 1);
	UNIT_SAME_TEXT(words[0], "status");
	CU_ASSERT_EQUAL(filter_complete(kind_get(KIND_VM), "PRIV", 4, words, 8), 1);
	UNIT_SAME_TEXT(words[0], "private_ip");
	CU_ASSERT_EQUAL(filter_complete(kind_get(KIND_VM), "", 0, words, 8), 8);
	CU_ASSERT_EQUAL(filter_complete(kind_get(KIND_VM), "podvm", 5, words, 8), 0);
}

static const struct unit_test tests[] = {
        UNIT_TEST(words_are_found_in_any_case),
        UNIT_TEST(exclamation_marks_invert),
        UNIT_TEST(expressions_are_searched),
        UNIT_TEST(letters_in_order_are_fuzzy_matches),
        UNIT_TEST(tags_are_wished_for),
        UNIT_TEST(columns_are_compared),
        UNIT_TEST(numbers_sizes_and_ages_are_compared),
        UNIT_TEST(mistakes_say_what_and_where),
        UNIT_TEST(typing_on_narrows_only_where_it_must),
        UNIT_TEST(columns_are_completed),
};
const struct unit_suite inventory_filter_suite = UNIT_SUITE("filter", tests);
