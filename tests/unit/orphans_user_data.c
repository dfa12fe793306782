// SPDX-License-Identifier: Apache-2.0
// Reading user data: what is wanted, nothing of what is secret.
#include "config.h"

#include "orphans/user_data.h"
#include "base/text.h"
#include "tests/unit/orphans.h"

#include "base/banned.h"

#define POD_FILE                                                                                                       \
	"    content: |\n"                                                                                             \
	"      {\n"                                                                                                    \
	"          \"pod-network\": {\n"                                                                               \
	"              \"podip\": \"10.244.1.17/24\", \"pod-hw-addr\": \"aa:bb:cc:00:11:22\",\n"                       \
	"              \"routes\": [{\"dst\": \"0.0.0.0/0\", \"podip\": \"9.9.9.9\"}], \"mtu\": 1450, \"dedicated\": " \
	"false,\n"                                                                                                     \
	"              \"worker-node-ip\": \"192.168.3.4/24\"\n"                                                       \
	"          },\n"                                                                                               \
	"          \"pod-namespace\": \"shop\",\n"                                                                     \
	"          \"pod-name\": \"web-0.x\",\n"                                                                       \
	"          \"tls-server-key\": \"-----BEGIN SECRET\\n\\\"quoted\\\"-----\", \"tls-client-ca\": null\n"         \
	"      }\n"

static const char whole[] =
        "#cloud-config\n\nwrite_files:\n"
        "  - path: /run/peerpod/auth.json\n    content: |\n      {\"auths\": {\"pod-name\": \"no\"}}\n"
        "  - path: /run/peerpod/apf.json\n" POD_FILE "  - path: /run/peerpod/initdata\n    content: |\n      x\n";

static void the_pod_is_read_from_the_layout(void)
{
	static const char *const texts[] = {whole,
	        "write_files:\n- path: /run/peerpod/daemon.json\n  owner: root\n" POD_FILE,
	        "write_files:\r\n  - path: \"/run/peerpod/apf.json\"\n" POD_FILE};

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct user_data data;

		user_data_read(texts[i], strlen(texts[i]), &data);
		CU_ASSERT_EQUAL(data.state, USER_DATA_PODVM);
		UNIT_SAME_TEXT(data.pod_namespace, "shop");
		UNIT_SAME_TEXT(data.pod_name, "web-0.x");
		UNIT_SAME_TEXT(data.pod_ip, "10.244.1.17");
		UNIT_SAME_TEXT(data.worker_ip, "192.168.3.4");
	}
}

static void base64_is_read_as_the_cloud_sends_it(void)
{
	struct buffer encoded;
	struct user_data data;

	buffer_init(&encoded, 64 << 10);
	CU_ASSERT_TRUE(text_add_base64(&encoded, whole, sizeof whole - 1));
	user_data_read_base64(encoded.data, encoded.size, &data);
	CU_ASSERT_EQUAL(data.state, USER_DATA_PODVM);
	UNIT_SAME_TEXT(data.pod_name, "web-0.x");
	buffer_finish(&encoded);
	user_data_read_base64("a*b", 3, &data);
	CU_ASSERT_EQUAL(data.state, USER_DATA_BROKEN);
}

static void other_user_data_is_foreign(void)
{
	static const char *const texts[] = {"", "#!/bin/sh\necho hi\n", "#cloud-config\npackages:\n  - vim\n",
	        "write_files:\n  - path: /etc/motd\n    content: |\n      {\"pod-name\": \"web\"}\n"};

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct user_data data;

		user_data_read(texts[i], strlen(texts[i]), &data);
		CU_ASSERT_EQUAL(data.state, USER_DATA_FOREIGN);
		UNIT_SAME_TEXT(data.pod_name, "");
	}
}

static void broken_user_data_proves_nothing(void)
{
	const char *pod_end = strstr(whole, "      }\n  - path: /run/peerpod/initdata");
	size_t start = (size_t)(strstr(whole, "/apf.json\n") - whole) + strlen("/apf.json\n");

	CU_ASSERT_PTR_NOT_NULL_FATAL(pod_end);
	// cut anywhere inside the pod's file
	for (size_t size = start; size < (size_t)(pod_end - whole); size++) {
		struct user_data data;

		user_data_read(whole, size, &data);
		CU_ASSERT_EQUAL(data.state, USER_DATA_BROKEN);
		UNIT_SAME_TEXT(data.pod_namespace, "");
	}
}

static void the_secret_is_never_kept(void)
{
	struct user_data data;

	user_data_read(whole, sizeof whole - 1, &data);
	for (size_t i = 0; i + 6 <= sizeof data; i++)
		CU_ASSERT_TRUE(memcmp((const char *)&data + i, "SECRET", 6) != 0);
}

static const struct unit_test tests[] = {
        UNIT_TEST(the_pod_is_read_from_the_layout),
        UNIT_TEST(base64_is_read_as_the_cloud_sends_it),
        UNIT_TEST(other_user_data_is_foreign),
        UNIT_TEST(broken_user_data_proves_nothing),
        UNIT_TEST(the_secret_is_never_kept),
};
const struct unit_suite orphans_user_data_suite = UNIT_SUITE("orphans user data", tests);
