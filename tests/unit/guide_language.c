// SPDX-License-Identifier: Apache-2.0
// ${NAME|filter}, conditions, tests of answers, pointers.
#include "config.h"
#include "tests/unit/guide.h"

#include <libconfig.h>

#include "guide/expression.h"
#include "net/json.h"

#include "base/banned.h"

static void setup(struct values *values)
{
	values_set(values, "NAME", "caa", "");
	values_set(values, "EMPTY", "", "");
	values_set(values, "LIST", "[\"a\",\"b\"]", "");
	values_set(values, "COMMAS", "x, y,z", "");
	values_set(values, "YES", "true", "");
	values_set(values, "COUNT", "3", "");
	values_set(values, "LATER", NULL, "");
	values_set(values, "SECRET", "hush", "");
	values_set_secret(values, "SECRET");
	values_set(values, "CIDR", "172.18.0.0/16", "");
	values_set(values, "PATH", "a.b:5000/c/d", "");
	values_set(values, "VERSION", "0.18", "");
	values_set(values, "USED", "[\"10.0.0.0/16\",\"10.1.0.0/16\"]", "");
	values_set(values, "VPC", "172.16.0.0/12", "");
	values_set(values, "QUOTE", "a\"b\n", "");
}

static void expands(const char *text, const char *wanted, enum expand outcome, unsigned mode)
{
	struct values values = {0};
	struct buffer out;

	setup(&values);
	buffer_init(&out, 4096);
	CU_ASSERT_EQUAL(expand_text(&out, text, &values, mode, NULL), outcome);
	if (wanted)
		UNIT_SAME_TEXT(buffer_text(&out), wanted);
	buffer_finish(&out);
	values_finish(&values);
}

static void names_are_replaced(void)
{
	expands("plain", "plain", EXPAND_DONE, EXPAND_PLAIN);
	expands("a ${NAME} b$$c $x", "a caa b$c $x", EXPAND_DONE, EXPAND_PLAIN);
	expands("${LATER}-x", "-x", EXPAND_UNKNOWN, EXPAND_PLAIN);
	expands("${NOBODY}", NULL, EXPAND_WRONG, EXPAND_PLAIN);
	expands("${NAME", NULL, EXPAND_WRONG, EXPAND_PLAIN);
	expands("${QUOTE}", "a\\\"b\\n", EXPAND_DONE, EXPAND_JSON);
}

static void secrets_are_not_shown(void)
{
	expands("x ${SECRET} ${LATER}", "x *** ${LATER}", EXPAND_UNKNOWN, EXPAND_SHOWN);
	expands("x ${SECRET}", "x hush", EXPAND_DONE, EXPAND_PLAIN);
}

static void filters_work(void)
{
	expands("${LIST|first}", "a", EXPAND_DONE, 0);
	expands("${COMMAS|first}", "x", EXPAND_DONE, 0);
	expands("${COMMAS|count}", "3", EXPAND_DONE, 0);
	expands("${LIST|join:;}", "a;b", EXPAND_DONE, 0);
	expands("${COMMAS|list}", "[\"x\",\"y\",\"z\"]", EXPAND_DONE, 0);
	expands("${EMPTY|default:other}", "other", EXPAND_DONE, 0);
	expands("${NAME|quote}", "\"caa\"", EXPAND_DONE, 0);
	expands("${CIDR|overlap:VPC}", "172.16.0.0/12", EXPAND_DONE, 0);
	expands("${CIDR|overlap:USED}", "", EXPAND_DONE, 0);
	expands("${VERSION|least:0.19.0}", "false", EXPAND_DONE, 0);
	expands("${VERSION|least:0.18.0}", "true", EXPAND_DONE, 0);
	expands("${PATH|folder},${NAME|folder}", "a.b:5000/c,", EXPAND_DONE, 0);
	expands("${NAME|is:caa}${NAME|is:other}", "truefalse", EXPAND_DONE, 0);
	expands("${VERSION|least:0.9}", "true", EXPAND_DONE, 0);
	expands("${VERSION|least:0.18.1|choose:new/old}", "old", EXPAND_DONE, 0);
	expands("${VERSION|objects:name|json}", "[{\"name\":\"0.18\"}]", EXPAND_DONE, 0);
	expands("${VERSION|release:0.9=a,0.18=b,0.18.1=c,1=d}", "b", EXPAND_DONE, 0);
	expands("${VERSION|release:1.0=a}", "", EXPAND_DONE, 0);
	expands("${VERSION|among:0.18=b,0.18.0=c}-${VERSION|among:x=y}", "b-", EXPAND_DONE, 0);
	expands("${USED|free_cidr:10.0.0.0/8,16}", "10.2.0.0/16", EXPAND_DONE, 0);
	expands("${USED|free_cidr:10.0.0.0/15,16}", NULL, EXPAND_WRONG, 0);
	expands("${VPC|subnet:20}", "172.16.0.0/20", EXPAND_DONE, 0);
	expands("${NAME|nothing}", NULL, EXPAND_WRONG, 0);
	expands("${NAME|default}", NULL, EXPAND_WRONG, 0);
}

static void holds(const char *condition, enum truth wanted)
{
	struct values values = {0};

	setup(&values);
	CU_ASSERT_EQUAL(condition_judge(condition, &values, NULL), wanted);
	values_finish(&values);
}

static void conditions_are_judged(void)
{
	holds(NULL, TRUTH_YES);
	holds("NAME == 'caa'", TRUTH_YES);
	holds("NAME != 'caa'", TRUTH_NO);
	holds("!EMPTY && (YES || NAME == 'x')", TRUTH_YES);
	holds("EMPTY || NAME == 'x'", TRUTH_NO);
	holds("'${COUNT}' == COUNT", TRUTH_YES);
	holds("false", TRUTH_NO);
	holds("NAME ==", TRUTH_WRONG);
	holds("(NAME", TRUTH_WRONG);
	holds("NAME NAME", TRUTH_WRONG);
	holds("NOBODY", TRUTH_WRONG);
}

// What is not known yet decides nothing, unless the rest decides.
static void what_is_not_known_decides_nothing(void)
{
	holds("LATER", TRUTH_UNKNOWN);
	holds("!LATER", TRUTH_UNKNOWN);
	holds("LATER == 'x' && YES", TRUTH_UNKNOWN);
	holds("LATER == 'x' && EMPTY", TRUTH_NO);
	holds("LATER == 'x' || YES", TRUTH_YES);
}

static const char answer[] = "{\"State\":\"running\",\"Count\":3,\"On\":true,\"Ids\":[\"a\",\"b\"],\"Tags\":{\"Tag\":[{"
                             "\"Key\":\"run\",\"Value\":\"r1\"}]},"
                             "\"Vpcs\":{\"Vpc\":[{\"Cidr\":\"10.0.0.0/8\",\"S\":[\"x\"]},{\"Cidr\":\"172.16.0.0/"
                             "12\",\"S\":[\"y\",\"z\"]}]},\"Issuer\":\"one,two\"}";

static void passes(const char *test, enum truth wanted)
{
	struct values values = {0};
	struct json_doc doc;

	setup(&values);
	CU_ASSERT_TRUE_FATAL(json_open(&doc, answer, strlen(answer), "answer", NULL));
	CU_ASSERT_EQUAL(test_judge(test, doc.root, &values, NULL), wanted);
	json_close(&doc);
	values_finish(&values);
}

static void answers_are_tested(void)
{
	passes("/State == running", TRUTH_YES);
	passes("/State != running", TRUTH_NO);
	passes("/State in creating,running", TRUTH_YES);
	passes("/State not-in gone", TRUTH_YES);
	passes("/Count >= 3", TRUTH_YES);
	passes("/Count >= ${COUNT}", TRUTH_YES);
	passes("/Ids has b", TRUTH_YES);
	passes("/Ids has c", TRUTH_NO);
	passes("/Tags/Tag tagged run=r1", TRUTH_YES);
	passes("/Tags/Tag tagged run=r2", TRUTH_NO);
	passes("/State matches run*", TRUTH_YES);
	passes("/State not-matches run*", TRUTH_NO);
	passes("/State not-matches *y.*", TRUTH_YES);
	passes("/Absent not-matches run*", TRUTH_YES);
	passes("/Nothing there no", TRUTH_YES);
	passes("/State there yes", TRUTH_YES);
	passes("/Vpcs/Vpc/*/Cidr has 10.0.0.0/8", TRUTH_YES);
	passes("/State == ${LATER}", TRUTH_UNKNOWN);
	passes("State == x", TRUTH_WRONG);
	passes("/State is x", TRUTH_WRONG);
}

static void picks(const char *pointer, const char *wanted)
{
	const struct values none = {0};
	struct json_doc doc;
	struct buffer out;

	buffer_init(&out, 4096);
	CU_ASSERT_TRUE_FATAL(json_open(&doc, answer, strlen(answer), "answer", NULL));
	CU_ASSERT_EQUAL(pointer_pick(doc.root, pointer, &none, &out), wanted != NULL);
	if (wanted)
		UNIT_SAME_TEXT(buffer_text(&out), wanted);
	json_close(&doc);
	buffer_finish(&out);
}

static void pointers_pick(void)
{
	picks("/State", "running");
	picks("/Count", "3");
	picks("/On", "true");
	picks("/Ids", "[\"a\",\"b\"]");
	picks("/Ids/1", "b");
	picks("/Nothing", NULL);
	picks("/Issuer|first", "one");
	picks("/Nothing|default:none", "none");
	picks("/Vpcs/Vpc/*/Cidr", "[\"10.0.0.0/8\",\"172.16.0.0/12\"]");
	picks("/Vpcs/Vpc/*/S/*", "[\"x\",\"y\",\"z\"]");
}

static void trees_become_json(void)
{
	struct values values = {0};
	struct buffer out;
	config_t config;

	setup(&values);
	config_init(&config);
	buffer_init(&out, 4096);
	CU_ASSERT_TRUE_FATAL(config_read_string(&config,
	        "a = { n = \"${COUNT|number}\"; f = \"${YES|flag}\"; l = \"${LIST|json}\"; e = \"${EMPTY|optional}\";"
	        " t = \"${QUOTE}\"; k = \"${EMPTY}\"; s = ( { x = 1; }, [ \"${NAME}\" ] ); };"));
	CU_ASSERT_EQUAL(expand_tree(&out, config_lookup(&config, "a"), NULL, &values, EXPAND_PLAIN, NULL), EXPAND_DONE);
	UNIT_SAME_TEXT(buffer_text(&out),
	        "{\"n\":3,\"f\":true,\"l\":[\"a\",\"b\"],\"t\":\"a\\\"b\\n\",\"k\":\"\",\"s\":[{\"x\":1},[\"caa\"]]}");
	config_destroy(&config);
	buffer_finish(&out);
	values_finish(&values);
}

static const struct unit_test tests[] = {
        UNIT_TEST(names_are_replaced),
        UNIT_TEST(secrets_are_not_shown),
        UNIT_TEST(filters_work),
        UNIT_TEST(conditions_are_judged),
        UNIT_TEST(what_is_not_known_decides_nothing),
        UNIT_TEST(answers_are_tested),
        UNIT_TEST(pointers_pick),
        UNIT_TEST(trees_become_json),
};
const struct unit_suite guide_language_suite = UNIT_SUITE("language", tests);
