// SPDX-License-Identifier: Apache-2.0
// Protobuf by tables: one per message, a row per field. source: the generated.proto files of k8s.io/api
#include "config.h"
#include "sim/kube_proto.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/kube_tree.h"

#include "base/banned.h"

enum proto_sort {
	PROTO_TEXT,
	PROTO_FLAG,
	PROTO_NUMBER,
	PROTO_MESSAGE,
	PROTO_MESSAGES,  // repeated
	PROTO_TEXTS,     // repeated
	PROTO_MAP,       // to text
	PROTO_MAP_BYTES, // to bytes: base64 in JSON
	PROTO_TIME,
	PROTO_QUANTITIES, // a map to Quantity
	PROTO_INT_OR_TEXT,
};

enum { DEPTH_MOST = 16, TEXT_MOST = 3 << 20 };

struct proto_field {
	unsigned number;
	enum proto_sort sort;
	const char *name;
	const struct proto_field *fields; // of a message
};

static const struct proto_field owner[] = {{1, PROTO_TEXT, "kind", NULL}, {3, PROTO_TEXT, "name", NULL},
        {4, PROTO_TEXT, "uid", NULL}, {5, PROTO_TEXT, "apiVersion", NULL}, {6, PROTO_FLAG, "controller", NULL},
        {7, PROTO_FLAG, "blockOwnerDeletion", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field metadata[] = {{1, PROTO_TEXT, "name", NULL}, {2, PROTO_TEXT, "generateName", NULL},
        {3, PROTO_TEXT, "namespace", NULL}, {5, PROTO_TEXT, "uid", NULL}, {6, PROTO_TEXT, "resourceVersion", NULL},
        {7, PROTO_NUMBER, "generation", NULL}, {8, PROTO_TIME, "creationTimestamp", NULL},
        {11, PROTO_MAP, "labels", NULL}, {12, PROTO_MAP, "annotations", NULL},
        {13, PROTO_MESSAGES, "ownerReferences", owner}, {14, PROTO_TEXTS, "finalizers", NULL},
        {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field local_reference[] = {{1, PROTO_TEXT, "name", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field reference[] = {{1, PROTO_TEXT, "kind", NULL}, {2, PROTO_TEXT, "namespace", NULL},
        {3, PROTO_TEXT, "name", NULL}, {4, PROTO_TEXT, "uid", NULL}, {5, PROTO_TEXT, "apiVersion", NULL},
        {6, PROTO_TEXT, "resourceVersion", NULL}, {7, PROTO_TEXT, "fieldPath", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field secret[] = {{1, PROTO_MESSAGE, "metadata", metadata},
        {2, PROTO_MAP_BYTES, "data", NULL}, {3, PROTO_TEXT, "type", NULL}, {4, PROTO_MAP, "stringData", NULL},
        {5, PROTO_FLAG, "immutable", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field config_map[] = {{1, PROTO_MESSAGE, "metadata", metadata}, {2, PROTO_MAP, "data", NULL},
        {3, PROTO_MAP_BYTES, "binaryData", NULL}, {4, PROTO_FLAG, "immutable", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field namespace_spec[] = {{1, PROTO_TEXTS, "finalizers", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field namespace_status[] = {{1, PROTO_TEXT, "phase", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field a_namespace[] = {{1, PROTO_MESSAGE, "metadata", metadata},
        {2, PROTO_MESSAGE, "spec", namespace_spec}, {3, PROTO_MESSAGE, "status", namespace_status},
        {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field account[] = {{1, PROTO_MESSAGE, "metadata", metadata},
        {2, PROTO_MESSAGES, "secrets", reference}, {3, PROTO_MESSAGES, "imagePullSecrets", local_reference},
        {4, PROTO_FLAG, "automountServiceAccountToken", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field resource_attributes[] = {{1, PROTO_TEXT, "namespace", NULL},
        {2, PROTO_TEXT, "verb", NULL}, {3, PROTO_TEXT, "group", NULL}, {4, PROTO_TEXT, "version", NULL},
        {5, PROTO_TEXT, "resource", NULL}, {6, PROTO_TEXT, "subresource", NULL}, {7, PROTO_TEXT, "name", NULL},
        {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field path_attributes[] = {
        {1, PROTO_TEXT, "path", NULL}, {2, PROTO_TEXT, "verb", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field access_spec[] = {{1, PROTO_MESSAGE, "resourceAttributes", resource_attributes},
        {2, PROTO_MESSAGE, "nonResourceAttributes", path_attributes}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field access_review[] = {
        {1, PROTO_MESSAGE, "metadata", metadata}, {2, PROTO_MESSAGE, "spec", access_spec}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field rules_spec[] = {{1, PROTO_TEXT, "namespace", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field rules_review[] = {
        {1, PROTO_MESSAGE, "metadata", metadata}, {2, PROTO_MESSAGE, "spec", rules_spec}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field self_review[] = {{1, PROTO_MESSAGE, "metadata", metadata}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field token_spec[] = {
        {1, PROTO_TEXTS, "audiences", NULL}, {4, PROTO_NUMBER, "expirationSeconds", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field token_request[] = {
        {1, PROTO_MESSAGE, "metadata", metadata}, {2, PROTO_MESSAGE, "spec", token_spec}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field port[] = {{1, PROTO_TEXT, "name", NULL}, {2, PROTO_NUMBER, "hostPort", NULL},
        {3, PROTO_NUMBER, "containerPort", NULL}, {4, PROTO_TEXT, "protocol", NULL}, {5, PROTO_TEXT, "hostIP", NULL},
        {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field environment[] = {
        {1, PROTO_TEXT, "name", NULL}, {2, PROTO_TEXT, "value", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field resources[] = {
        {1, PROTO_QUANTITIES, "limits", NULL}, {2, PROTO_QUANTITIES, "requests", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field container[] = {{1, PROTO_TEXT, "name", NULL}, {2, PROTO_TEXT, "image", NULL},
        {3, PROTO_TEXTS, "command", NULL}, {4, PROTO_TEXTS, "args", NULL}, {5, PROTO_TEXT, "workingDir", NULL},
        {6, PROTO_MESSAGES, "ports", port}, {7, PROTO_MESSAGES, "env", environment},
        {8, PROTO_MESSAGE, "resources", resources}, {13, PROTO_TEXT, "terminationMessagePath", NULL},
        {14, PROTO_TEXT, "imagePullPolicy", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field pod_spec[] = {{2, PROTO_MESSAGES, "containers", container},
        {3, PROTO_TEXT, "restartPolicy", NULL}, {4, PROTO_NUMBER, "terminationGracePeriodSeconds", NULL},
        {6, PROTO_TEXT, "dnsPolicy", NULL}, {7, PROTO_MAP, "nodeSelector", NULL},
        {8, PROTO_TEXT, "serviceAccountName", NULL}, {10, PROTO_TEXT, "nodeName", NULL},
        {29, PROTO_TEXT, "runtimeClassName", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field pod_template[] = {
        {1, PROTO_MESSAGE, "metadata", metadata}, {2, PROTO_MESSAGE, "spec", pod_spec}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field selector[] = {{1, PROTO_MAP, "matchLabels", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field rolling[] = {{1, PROTO_INT_OR_TEXT, "maxUnavailable", NULL},
        {2, PROTO_INT_OR_TEXT, "maxSurge", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field strategy[] = {
        {1, PROTO_TEXT, "type", NULL}, {2, PROTO_MESSAGE, "rollingUpdate", rolling}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field deployment_spec[] = {{1, PROTO_NUMBER, "replicas", NULL},
        {2, PROTO_MESSAGE, "selector", selector}, {3, PROTO_MESSAGE, "template", pod_template},
        {4, PROTO_MESSAGE, "strategy", strategy}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field deployment[] = {{1, PROTO_MESSAGE, "metadata", metadata},
        {2, PROTO_MESSAGE, "spec", deployment_spec}, {0, PROTO_TEXT, NULL, NULL}};

static const struct proto_field job_spec[] = {{1, PROTO_NUMBER, "parallelism", NULL},
        {2, PROTO_NUMBER, "completions", NULL}, {3, PROTO_NUMBER, "activeDeadlineSeconds", NULL},
        {4, PROTO_MESSAGE, "selector", selector}, {5, PROTO_FLAG, "manualSelector", NULL},
        {6, PROTO_MESSAGE, "template", pod_template}, {7, PROTO_NUMBER, "backoffLimit", NULL},
        {8, PROTO_NUMBER, "ttlSecondsAfterFinished", NULL}, {9, PROTO_TEXT, "completionMode", NULL},
        {10, PROTO_FLAG, "suspend", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field job[] = {
        {1, PROTO_MESSAGE, "metadata", metadata}, {2, PROTO_MESSAGE, "spec", job_spec}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field cron_spec[] = {{1, PROTO_TEXT, "schedule", NULL},
        {2, PROTO_NUMBER, "startingDeadlineSeconds", NULL}, {3, PROTO_TEXT, "concurrencyPolicy", NULL},
        {4, PROTO_FLAG, "suspend", NULL}, {5, PROTO_MESSAGE, "jobTemplate", job},
        {6, PROTO_NUMBER, "successfulJobsHistoryLimit", NULL}, {7, PROTO_NUMBER, "failedJobsHistoryLimit", NULL},
        {8, PROTO_TEXT, "timeZone", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field cron_job[] = {
        {1, PROTO_MESSAGE, "metadata", metadata}, {2, PROTO_MESSAGE, "spec", cron_spec}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field rule[] = {{1, PROTO_TEXTS, "verbs", NULL}, {2, PROTO_TEXTS, "apiGroups", NULL},
        {3, PROTO_TEXTS, "resources", NULL}, {4, PROTO_TEXTS, "resourceNames", NULL},
        {5, PROTO_TEXTS, "nonResourceURLs", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field role[] = {
        {1, PROTO_MESSAGE, "metadata", metadata}, {2, PROTO_MESSAGES, "rules", rule}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field subject[] = {{1, PROTO_TEXT, "kind", NULL}, {2, PROTO_TEXT, "apiGroup", NULL},
        {3, PROTO_TEXT, "name", NULL}, {4, PROTO_TEXT, "namespace", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field role_reference[] = {{1, PROTO_TEXT, "apiGroup", NULL}, {2, PROTO_TEXT, "kind", NULL},
        {3, PROTO_TEXT, "name", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field binding[] = {{1, PROTO_MESSAGE, "metadata", metadata},
        {2, PROTO_MESSAGES, "subjects", subject}, {3, PROTO_MESSAGE, "roleRef", role_reference},
        {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field service_port[] = {{1, PROTO_TEXT, "name", NULL}, {2, PROTO_TEXT, "protocol", NULL},
        {3, PROTO_NUMBER, "port", NULL}, {4, PROTO_INT_OR_TEXT, "targetPort", NULL},
        {5, PROTO_NUMBER, "nodePort", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field service_spec[] = {{1, PROTO_MESSAGES, "ports", service_port},
        {2, PROTO_MAP, "selector", NULL}, {3, PROTO_TEXT, "clusterIP", NULL}, {4, PROTO_TEXT, "type", NULL},
        {10, PROTO_TEXT, "externalName", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field service[] = {{1, PROTO_MESSAGE, "metadata", metadata},
        {2, PROTO_MESSAGE, "spec", service_spec}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field budget_spec[] = {{1, PROTO_INT_OR_TEXT, "minAvailable", NULL},
        {2, PROTO_MESSAGE, "selector", selector}, {3, PROTO_INT_OR_TEXT, "maxUnavailable", NULL},
        {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field budget[] = {
        {1, PROTO_MESSAGE, "metadata", metadata}, {2, PROTO_MESSAGE, "spec", budget_spec}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field quota_spec[] = {{1, PROTO_QUANTITIES, "hard", NULL}, {0, PROTO_TEXT, NULL, NULL}};
static const struct proto_field quota[] = {
        {1, PROTO_MESSAGE, "metadata", metadata}, {2, PROTO_MESSAGE, "spec", quota_spec}, {0, PROTO_TEXT, NULL, NULL}};

static const struct {
	const char *version, *kind;
	const struct proto_field *fields;
} kinds[] = {
        {"v1", "Secret", secret},
        {"v1", "ConfigMap", config_map},
        {"v1", "Namespace", a_namespace},
        {"v1", "ServiceAccount", account},
        {"v1", "Service", service},
        {"v1", "ResourceQuota", quota},
        {"apps/v1", "Deployment", deployment},
        {"batch/v1", "Job", job},
        {"batch/v1", "CronJob", cron_job},
        {"policy/v1", "PodDisruptionBudget", budget},
        {"rbac.authorization.k8s.io/v1", "Role", role},
        {"rbac.authorization.k8s.io/v1", "ClusterRole", role},
        {"rbac.authorization.k8s.io/v1", "RoleBinding", binding},
        {"rbac.authorization.k8s.io/v1", "ClusterRoleBinding", binding},
        {"authorization.k8s.io/v1", "SelfSubjectAccessReview", access_review},
        {"authorization.k8s.io/v1", "SelfSubjectRulesReview", rules_review},
        {"authentication.k8s.io/v1", "SelfSubjectReview", self_review},
        {"authentication.k8s.io/v1", "TokenRequest", token_request},
};

struct proto {
	const unsigned char *at, *end;
	bool broken;
};

static uint64_t take_number(struct proto *in)
{
	uint64_t number = 0;
	for (unsigned shift = 0; shift < 64 && in->at < in->end; shift += 7) {
		unsigned char byte = *in->at++;
		number |= (uint64_t)(byte & 127) << shift;
		if (byte < 128)
			return number;
	}
	in->broken = true;
	return 0;
}

static struct proto take_bytes(struct proto *in)
{
	uint64_t size = take_number(in);
	struct proto inner = {.at = in->at, .end = in->at};
	if (in->broken || size > (uint64_t)(in->end - in->at)) {
		in->broken = true;
		return inner;
	}
	in->at += size;
	inner.end = in->at;
	return inner;
}

// The next field; false at the end. Numbers come in *number, bytes in *bytes.
static bool next_field(struct proto *in, unsigned *field, uint64_t *number, struct proto *bytes)
{
	*bytes = (struct proto){0};
	*number = 0;
	if (in->broken || in->at == in->end)
		return false;
	uint64_t tag = take_number(in);
	*field = (unsigned)(tag >> 3);
	if ((tag & 7) == 0)
		*number = take_number(in);
	else if ((tag & 7) == 2)
		*bytes = take_bytes(in);
	else
		in->broken = true;
	return !in->broken;
}

static cJSON *text_of(const struct proto *bytes, bool base64)
{
	struct buffer text;
	size_t size = (size_t)(bytes->end - bytes->at);
	buffer_init(&text, TEXT_MOST);
	if (base64)
		text_add_base64(&text, bytes->at, size);
	else
		buffer_add(&text, bytes->at, size);
	cJSON *value = cJSON_CreateString(buffer_text(&text));
	buffer_finish(&text);
	return value;
}

// Quantity { 1 string }
static cJSON *quantity_of(struct proto bytes)
{
	unsigned field;
	uint64_t number;
	struct proto inner;
	while (next_field(&bytes, &field, &number, &inner))
		if (field == 1)
			return text_of(&inner, false);
	return cJSON_CreateString("");
}

static void read_entry(cJSON *map, struct proto bytes, enum proto_sort sort)
{
	unsigned field;
	uint64_t number;
	struct proto inner;
	cJSON *key = NULL, *value = NULL;
	while (next_field(&bytes, &field, &number, &inner)) {
		cJSON **out = field == 1 ? &key : &value;
		cJSON_Delete(*out);
		*out = field == 2 && sort == PROTO_QUANTITIES ? quantity_of(inner)
		                                              : text_of(&inner, field == 2 && sort == PROTO_MAP_BYTES);
	}
	if (key)
		tree_set(map, key->valuestring, value ? value : cJSON_CreateString(""));
	else
		cJSON_Delete(value);
	cJSON_Delete(key);
}

// IntOrString { 1 type, 2 int, 3 string }
static cJSON *int_or_text(struct proto bytes)
{
	unsigned field;
	uint64_t number, type = 0, value = 0;
	struct proto inner, text = {0};
	while (next_field(&bytes, &field, &number, &inner)) {
		if (field == 1)
			type = number;
		else if (field == 2)
			value = number;
		else if (field == 3)
			text = inner;
	}
	return type ? text_of(&text, false) : cJSON_CreateNumber((double)value);
}

static const struct proto_field *find(const struct proto_field *fields, unsigned number)
{
	for (; fields->number; fields++)
		if (fields->number == number)
			return fields;
	return NULL;
}

static bool read_message(cJSON *object, struct proto bytes, const struct proto_field *fields, int depth)
{
	unsigned number;
	uint64_t value;
	struct proto inner;
	while (next_field(&bytes, &number, &value, &inner)) {
		const struct proto_field *field = find(fields, number);
		bool empty = inner.at == inner.end;
		cJSON *made;
		if (!field || depth > DEPTH_MOST)
			continue;
		switch (field->sort) {
		case PROTO_TEXT:
			if (!empty)
				tree_set(object, field->name, text_of(&inner, false));
			break;
		case PROTO_FLAG:
			if (value)
				tree_set_flag(object, field->name, true);
			break;
		case PROTO_NUMBER:
			if (value)
				tree_set_int(object, field->name, (int64_t)value);
			break;
		case PROTO_MESSAGE:
			if (!empty && !read_message(tree_object(object, field->name), inner, field->fields, depth + 1))
				return false;
			break;
		case PROTO_MESSAGES:
			made = cJSON_CreateObject();
			cJSON_AddItemToArray(tree_list(object, field->name), made);
			if (!read_message(made, inner, field->fields, depth + 1))
				return false;
			break;
		case PROTO_TEXTS:
			cJSON_AddItemToArray(tree_list(object, field->name), text_of(&inner, false));
			break;
		case PROTO_MAP:
		case PROTO_MAP_BYTES:
		case PROTO_QUANTITIES:
			read_entry(tree_object(object, field->name), inner, field->sort);
			break;
		case PROTO_INT_OR_TEXT:
			tree_set(object, field->name, int_or_text(inner));
			break;
		case PROTO_TIME:
			break;
		}
	}
	return !bytes.broken;
}

// Unknown { 1 typeMeta { 1 apiVersion, 2 kind }, 2 raw }
cJSON *kube_proto_read(const char *data, size_t size)
{
	static const struct proto_field type_fields[] = {
	        {1, PROTO_TEXT, "apiVersion", NULL}, {2, PROTO_TEXT, "kind", NULL}, {0, PROTO_TEXT, NULL, NULL}};
	static const unsigned char magic[4] = {'k', '8', 's', 0};
	unsigned field;
	uint64_t number;
	struct proto inner, raw = {0}, in;
	if (size < sizeof(magic) || memcmp(data, magic, sizeof(magic)) != 0)
		return NULL;
	in.at = (const unsigned char *)data + sizeof(magic);
	in.end = (const unsigned char *)data + size;
	in.broken = false;
	cJSON *object = cJSON_CreateObject();
	bool good = true;
	while (good && next_field(&in, &field, &number, &inner)) {
		if (field == 1)
			good = read_message(object, inner, type_fields, 0);
		else if (field == 2)
			raw = inner;
	}
	const struct proto_field *fields = NULL;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (!strcmp(kinds[i].kind, tree_text(object, "kind")) &&
		        !strcmp(kinds[i].version, tree_text(object, "apiVersion")))
			fields = kinds[i].fields;
	if (good && !in.broken && fields && read_message(object, raw, fields, 0))
		return object;
	cJSON_Delete(object);
	return NULL;
}
