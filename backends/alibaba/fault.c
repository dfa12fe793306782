// SPDX-License-Identifier: Apache-2.0
// Codes as Alibaba Cloud spells them, mistakes included (Alibaba Cloud API: error centre of ECS, VPC, RAM, CS, STS).
#include "config.h"
#include "alibaba/fault.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/text.h"
#include "net/json.h"
#include "net/xml.h"
#include "base/banned.h"

// A code stands for itself and for what follows it after a dot; "…*" for every continuation. The longest match wins.
static const struct {
	const char *code;
	enum fault_class class;
} codes[] = {
        {"Throttling", FAULT_THROTTLED},
        {"Rejected.Throttling", FAULT_THROTTLED},
        {"ServiceUnavailable", FAULT_THROTTLED},
        {"RequestLimitExceeded", FAULT_THROTTLED},

        {"OperationConflict", FAULT_BUSY},
        {"Operation.Conflict", FAULT_BUSY},
        {"InvalidOperation.Conflict", FAULT_BUSY},
        {"TaskConflict", FAULT_BUSY},
        {"VPC_TASK_CONFLICT", FAULT_BUSY},
        {"SystemBusy", FAULT_BUSY},
        {"LastTokenProcessing", FAULT_BUSY},
        {"LastRequestProcessing", FAULT_BUSY},
        {"LastOrderProcessing", FAULT_BUSY},
        {"OperationFailed.LastTokenProcessing", FAULT_BUSY},
        {"UnknownError", FAULT_BUSY},
        {"InternalError", FAULT_BUSY},

        {"IncorrectInstanceStatus", FAULT_WRONG_STATE},
        {"IncorrectEipStatus", FAULT_WRONG_STATE},
        {"IncorrectImageStatus", FAULT_WRONG_STATE},
        {"IncorrectDiskStatus", FAULT_WRONG_STATE},
        {"IncorrectStatus*", FAULT_WRONG_STATE},
        {"VswitchStatusError", FAULT_WRONG_STATE},
        {"IncorrectVSwitchStatus", FAULT_WRONG_STATE},
        {"InvalidBindingStatus", FAULT_WRONG_STATE},
        {"InvalidStatus.EniStatusNotSupport", FAULT_WRONG_STATE},
        {"InvalidOperation.InvalidEniState", FAULT_WRONG_STATE},
        {"InvalidOperation.InvalidEcsState", FAULT_WRONG_STATE},
        {"IncorretSnatEntryStatus", FAULT_WRONG_STATE},
        {"EIP_NOT_IN_GATEWAY", FAULT_WRONG_STATE},
        {"OperationUnsupported.EipInBinding", FAULT_WRONG_STATE},
        {"OperationUnsupported.EipNatGWCheck", FAULT_WRONG_STATE},
        {"OperationUnsupported.EipNatBWPCheck", FAULT_WRONG_STATE},

        {"DependencyViolation*", FAULT_BLOCKED},
        {"InvalidIpStatus.HasBeenUsedBySnatTable", FAULT_BLOCKED},
        {"InvalidIpStatus.HasBeenUsedByForwardEntry", FAULT_BLOCKED},
        {"DeleteConflict", FAULT_BLOCKED},
        {"ImageUsingByInstance", FAULT_BLOCKED},
        {"SnapshotCreatedImage", FAULT_BLOCKED},
        {"SnapshotCreatedDisk", FAULT_BLOCKED},

        {"EntityAlreadyExists", FAULT_EXISTS},
        {"InvalidImageName.Duplicated", FAULT_EXISTS},
        {"ErrorClusterNameAlreadyExist", FAULT_EXISTS},
        {"IdempotentParameterMismatch", FAULT_EXISTS},
        {"IdempotenceParamNotMatch", FAULT_EXISTS},

        {"InvalidInstanceId.NotFound", FAULT_GONE},
        {"InvalidInstanceIds.NotFound", FAULT_GONE},
        {"Forbidden.InstanceNotFound", FAULT_GONE},
        {"InvalidEniId.NotFound", FAULT_GONE},
        {"InvalidEcsId.NotFound", FAULT_GONE},
        {"InvalidAllocationId.NotFound", FAULT_GONE},
        {"InvalidNatGatewayId.NotFound", FAULT_GONE},
        {"INSTANCE_NOT_EXISTS", FAULT_GONE},
        {"InvalidSnatEntryId.NotFound", FAULT_GONE},
        {"InvalidSnatTableId.NotFound", FAULT_GONE},
        {"InvalidImageId.NotFound", FAULT_GONE},
        {"InvalidVpcId.NotFound", FAULT_GONE},
        {"InvalidVSwitchId.NotFound", FAULT_GONE},
        {"EntityNotExist", FAULT_GONE},
        {"ErrorClusterNotFound", FAULT_GONE},
        {"ErrorNodePoolNotFound", FAULT_GONE},

        {"InvalidOperation.DeletionProtection", FAULT_PROTECTED},
        {"InstanceLockedForSecurity", FAULT_PROTECTED},
        {"ChargeTypeViolation", FAULT_PROTECTED},

        {"NoPermission", FAULT_DENIED},
        {"Forbidden", FAULT_DENIED},
        {"StatusForbidden", FAULT_DENIED},
        {"ForbiddenQueryClusters", FAULT_DENIED},
        {"AuthenticationFail.NoPermission", FAULT_DENIED},
        {"AccessDenied", FAULT_DENIED},

        {"QuotaExceed*", FAULT_LIMIT},
        {"LimitExceeded", FAULT_LIMIT},
        {"OperationDenied.NoStock", FAULT_LIMIT},
        {"InvalidResourceType.NotSupported", FAULT_LIMIT},
        {"Zone.NotOnSale", FAULT_LIMIT},
        {"InvalidVSwitchId.IpNotEnough", FAULT_LIMIT},
        {"InsufficientBalance", FAULT_LIMIT},
        {"InvalidAccountStatus.NotEnoughBalance", FAULT_LIMIT},
        {"ErrManagedAddonQuota*", FAULT_LIMIT},

        {"NoSetRoletoECSServiceA*", FAULT_IMPORT},
        {"InvalidOSSBucket.NotFound", FAULT_IMPORT},
        {"InvalidOSSObject.NotFound", FAULT_IMPORT},
        {"InvalidImageFormat.Malformed", FAULT_IMPORT},
        {"InvalidRegion.NotSupport", FAULT_IMPORT},
        {"ImageNotSupported", FAULT_IMPORT},

        {"InvalidAction.NotFound", FAULT_VERSION},
        {"InvalidApi.NotFound", FAULT_VERSION},
        {"InvalidVersion", FAULT_VERSION},

        {"InvalidTimeStamp.Expired", FAULT_CLOCK},
        {"RequestTimeTooSkewed", FAULT_CLOCK},
        {"SignatureNonceUsed", FAULT_NONCE},

        {"SignatureDoesNotMatch", FAULT_KEY},
        {"IncompleteSignature", FAULT_KEY},
        {"InvalidAccessKeyId*", FAULT_KEY},
        {"AuthenticationFail", FAULT_KEY},
        {"InvalidSecurityToken.Expired", FAULT_EXPIRED},
        {"SecurityTokenExpired", FAULT_EXPIRED},
        {"InvalidSecurityToken", FAULT_KEY},
        {"MissingSecurityToken", FAULT_KEY},

        {"DryRun*", FAULT_DRY_RUN},
};

static const struct {
	enum fault_class class;
	enum error_kind kind;
	bool retryable;
	const char *remedy;
} meanings[] = {
        {FAULT_THROTTLED, ERROR_THROTTLED, true,
                N_("The account's limit for this call is used up, also by other users; it is served again within a "
                   "minute")},
        {FAULT_BUSY, ERROR_SERVICE, true, N_("The service is busy; try again in some seconds")},
        {FAULT_WRONG_STATE, ERROR_CONFLICT, true, N_("Wait until its state has settled, then try again")},
        {FAULT_BLOCKED, ERROR_CONFLICT, false, N_("Remove what depends on it first")},
        {FAULT_EXISTS, ERROR_CONFLICT, false, N_("Look at the one that exists: use it, or choose another name")},
        {FAULT_GONE, ERROR_NOT_FOUND, false, N_("It does not exist (any more) in this region; refresh the list")},
        {FAULT_PROTECTED, ERROR_CONFLICT, false,
                N_("It is protected or paid in advance; lift that in the web console if you are sure")},
        {FAULT_DENIED, ERROR_DENIED, false, NULL},
        {FAULT_LIMIT, ERROR_LIMIT, false, NULL},
        {FAULT_IMPORT, ERROR_CONFLICT, false,
                N_("Check the role AliyunECSImageImportDefaultRole, the bucket's region and the object")},
        {FAULT_VERSION, ERROR_PROTOCOL, false, N_("The service does not offer this call here; check the endpoint")},
        {FAULT_CLOCK, ERROR_CREDENTIALS, true,
                N_("This machine's clock is wrong by more than 15 minutes: set it (timedatectl set-ntp true)")},
        {FAULT_NONCE, ERROR_CONFLICT, true, N_("The call has arrived before; look whether it had its effect")},
        {FAULT_KEY, ERROR_CREDENTIALS, false,
                N_("Check the AccessKey id and secret (aliyun configure), or name another profile with --profile")},
        {FAULT_EXPIRED, ERROR_CREDENTIALS, true,
                N_("The temporary credentials have expired: log in again, or give fresh ones")},
        {FAULT_DRY_RUN, ERROR_CONFLICT, false, N_("It was a dry run: nothing was changed")},
};

static size_t match(const char *pattern, const char *code)
{
	size_t length = strlen(pattern);

	if (length && pattern[length - 1] == '*')
		return strncasecmp(pattern, code, length - 1) ? 0 : length - 1;
	if (strncasecmp(pattern, code, length) || (code[length] && code[length] != '.'))
		return 0;
	// An exact entry beats a family of the same length.
	return length + !code[length];
}

enum fault_class fault_class_of(const char *code)
{
	enum fault_class class = FAULT_OTHER;
	size_t best = 0;

	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		size_t length = match(codes[i].code, code);

		if (length > best) {
			best = length;
			class = codes[i].class;
		}
	}
	return class;
}

static void copy(char *out, size_t size, const char *first, const char *second)
{
	snprintf(out, size, "%s", *first ? first : second);
}

static void read_json(const struct http_response *response, struct fault *out)
{
	struct json_doc doc;
	const cJSON *detail;

	if (!json_open(&doc, response->body, response->body_size, "error answer", NULL))
		return;
	copy(out->code, sizeof(out->code), json_text(doc.root, "Code"), json_text(doc.root, "code"));
	copy(out->message, sizeof(out->message), json_text(doc.root, "Message"), json_text(doc.root, "message"));
	copy(out->request_id, sizeof(out->request_id), json_text(doc.root, "RequestId"),
	        *json_text(doc.root, "requestId") ? json_text(doc.root, "requestId")
	                                          : json_text(doc.root, "request_id"));
	detail = json_member(doc.root, "AccessDeniedDetail");
	if (!detail)
		detail = json_member(doc.root, "accessDeniedDetail");
	copy(out->missing, sizeof(out->missing), json_text(detail, "AuthAction"), json_text(detail, "authAction"));
	json_close(&doc);
}

static void read_xml(const struct http_response *response, struct fault *out)
{
	struct arena arena;
	const struct xml_node *root;

	arena_init(&arena, 1 << 20);
	root = xml_parse(&arena, response->body, response->body_size, "error answer", NULL);
	if (root) {
		copy(out->code, sizeof(out->code), xml_text(root, "Code"), "");
		copy(out->message, sizeof(out->message), xml_text(root, "Message"), "");
		copy(out->request_id, sizeof(out->request_id), xml_text(root, "RequestId"), "");
	}
	arena_finish(&arena);
}

// ECS answers 403 to much that is no question of permissions: states, stocks, what something else stands on.
static bool tells_of_permission(const struct fault *fault)
{
	static const char *const words[] = {"Forbid", "Permission", "AccessDenied", "Authori"};

	if (!*fault->code || *fault->missing)
		return true;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strcasestr(fault->code, words[i]))
			return true;
	return false;
}

// Texts that say more than their code, and HTTP statuses of answers without one.
static enum fault_class class_without_code(const struct http_response *response, const struct fault *fault)
{
	if (strcasestr(fault->message, "QPS Limit Exceeded"))
		return FAULT_THROTTLED;
	switch (response->status) {
	case 429:
	case 503:
		return FAULT_THROTTLED;
	case 401:
		return FAULT_DENIED;
	case 403:
		return tells_of_permission(fault) ? FAULT_DENIED : FAULT_OTHER;
	case 404:
		return FAULT_OTHER;
	default:
		// What cannot be understood may come from something between, or be cut off.
		return response->status >= 500 || (response->body_size && !*fault->code && !*fault->message)
		               ? FAULT_BUSY
		               : FAULT_OTHER;
	}
}

void fault_read(const struct http_response *response, struct fault *out)
{
	size_t start = strspn(response->body, " \t\r\n");

	memset(out, 0, sizeof(*out));
	if (response->body[start] == '{')
		read_json(response, out);
	else if (response->body[start] == '<')
		read_xml(response, out);
	out->class = fault_class_of(out->code);
	if (out->class == FAULT_OTHER)
		out->class = class_without_code(response, out);
	if (!*out->request_id) {
		const char *id = http_response_header(response, "x-acs-request-id");

		snprintf(out->request_id, sizeof(out->request_id), "%s", id ? id : "");
	}
}

static const char *limit_remedy(const char *code)
{
	if (strcasestr(code, "Balance"))
		return N_("Top up the account's balance");
	if (strcasestr(code, "Quota") || strcasestr(code, "LimitExceeded"))
		return N_("Release what is not needed any more, or ask for more in the Quota Center");
	if (strcasestr(code, "IpNotEnough"))
		return N_("Choose a vSwitch that has more free addresses");
	return N_("Choose another zone or instance type: this one is out of stock or not sold there");
}

static void add_remedy(
        const struct fault *fault, const struct operation *operation, const char *remedy, struct error *error)
{
	char permission[96] = "";

	if (!strncmp(fault->code, "EntityNotExist.Role", 19)) {
		error_remedy(error, _("Check the role's ARN: there is no such role in that account"));
		return;
	}
	if (fault->class == FAULT_LIMIT) {
		error_remedy(error, "%s", _(limit_remedy(fault->code)));
		return;
	}
	if (fault->class != FAULT_DENIED) {
		error_remedy(error, "%s", _(remedy));
		return;
	}
	if (operation)
		operation_permission(operation, permission);
	if (!strcmp(fault->code, "Forbidden.RiskControl"))
		error_remedy(error, _("The account is under risk control: contact Alibaba Cloud support"));
	else if (!strncasecmp(permission, "cs:", 3) && !*fault->missing &&
	         (strcasestr(fault->message, "rbac") || !strcasecmp(fault->code, "ForbiddenQueryClusters")))
		error_remedy(error, _("Ask for the RAM action %s and for an RBAC role in the cluster"), permission);
	else
		error_remedy(error, _("Ask the account's administrator for the RAM action %s"),
		        *fault->missing ? fault->missing : permission);
}

void fault_error(const struct fault *fault, const struct operation *operation, long status, const char *what,
        struct error *error)
{
	if (!error)
		return;
	error_set(error, status >= 500 ? ERROR_SERVICE : ERROR_PROTOCOL, "%s",
	        *fault->message ? fault->message : _("The service refused without saying why"));
	for (size_t i = 0; i < COUNT_OF(meanings); i++) {
		if (meanings[i].class != fault->class)
			continue;
		error->kind = meanings[i].kind;
		error->retryable = meanings[i].retryable;
		add_remedy(fault, operation, meanings[i].remedy, error);
	}
	if (fault->class == FAULT_OTHER && status == 404)
		error->kind = ERROR_NOT_FOUND;
	else if (fault->class == FAULT_OTHER && status < 500)
		error->kind = ERROR_USAGE;
	error->http_status = (int)status;
	snprintf(error->code, sizeof(error->code), "%s", fault->code);
	snprintf(error->request_id, sizeof(error->request_id), "%s", fault->request_id);
	error_doing(error, "%s", what);
}

bool fault_check(
        const struct http_response *response, const struct operation *operation, const char *what, struct error *error)
{
	struct fault fault;

	if (response->error.kind != ERROR_NONE) {
		if (error) {
			*error = response->error;
			error_doing(error, "%s", what);
		}
		return false;
	}
	if (response->status >= 200 && response->status < 300)
		return true;
	fault_read(response, &fault);
	fault_error(&fault, operation, response->status, what, error);
	return false;
}
