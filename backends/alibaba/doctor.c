// SPDX-License-Identifier: Apache-2.0
// Doctor: which credentials won, who they are, the clock, and for each service whether it answers and lets us in.
#include "alibaba/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alibaba/fault.h"
#include "base/banned.h"

enum { SKEW_WARN_MS = 60000, SKEW_FAIL_MS = 900000, DOCTOR_ATTEMPTS = 3, DOCTOR_TIMEOUT_MS = 10000 };

struct visit {
	struct session *session;
	void (*tell)(const struct check *check, void *user);
	void *user;
	struct cancel *cancel;
};

static void tell(
        const struct visit *visit, enum check_result result, const char *what, const char *seen, const char *remedy)
{
	struct check check = {.result = result};

	snprintf(check.what, sizeof(check.what), "%s", what);
	snprintf(check.seen, sizeof(check.seen), "%s", seen);
	snprintf(check.remedy, sizeof(check.remedy), "%s", remedy);
	visit->tell(&check, visit->user);
}

static void tell_error(const struct visit *visit, enum check_result result, const char *what, const struct error *error)
{
	char seen[256];

	snprintf(seen, sizeof(seen), "%.180s%s%.60s%s", error->message, *error->code ? " (" : "", error->code,
	        *error->code ? ")" : "");
	tell(visit, result, what, seen, error->remedy);
}

static bool check_credentials(const struct visit *visit)
{
	struct error error = {0};
	struct key *key = credentials_get(visit->session->credentials, visit->cancel, &error);
	char seen[256], when[TIME_TEXT_SIZE];

	if (!key) {
		tell_error(visit, CHECK_FAIL, _("credentials"), &error);
		return false;
	}
	if (key->expires) {
		time_format_iso(key->expires, when);
		snprintf(seen, sizeof(seen), _("%s; valid until %s"), key->source, when);
	} else {
		snprintf(seen, sizeof(seen), "%s", key->source);
	}
	tell(visit, CHECK_PASS, _("credentials"), seen, "");
	key_unref(key);
	return true;
}

static bool check_identity(const struct visit *visit)
{
	struct identity identity;
	struct error error = {0};
	char seen[256];

	if (!session_identify(visit->session, &identity, visit->cancel, &error)) {
		tell_error(visit, CHECK_FAIL, _("identity"), &error);
		return error.kind != ERROR_CREDENTIALS && error.kind != ERROR_CANCELLED;
	}
	snprintf(seen, sizeof(seen), _("account %s, %.180s"), identity.account, identity.arn);
	if (strstr(identity.arn, ":root"))
		tell(visit, CHECK_WARN, _("identity"), seen, _("Use a RAM user or role instead of the account itself"));
	else
		tell(visit, CHECK_PASS, _("identity"), seen, "");
	return true;
}

static void check_clock(const struct visit *visit)
{
	int64_t offset = atomic_load(&visit->session->caller.clock_seen_ms);
	char seen[64];

	snprintf(seen, sizeof(seen), _("the service's clock is %+.1f s from ours"), (double)offset / 1000);
	if (llabs(offset) > SKEW_WARN_MS)
		tell(visit, llabs(offset) > SKEW_FAIL_MS ? CHECK_FAIL : CHECK_WARN, _("clock"), seen,
		        _("Set this machine's clock: timedatectl set-ntp true"));
	else
		tell(visit, CHECK_PASS, _("clock"), seen, "");
}

static const struct permission_row {
	const char *what;
	const char *operation;
	enum check_result missing; // without it, this is what we say
} permissions[] = {
        {N_("ECS: list instances"), "ecs.DescribeInstances", CHECK_FAIL},
        {N_("ECS: list network interfaces"), "ecs.DescribeNetworkInterfaces", CHECK_WARN},
        {N_("ECS: list images"), "ecs.DescribeImages", CHECK_WARN},
        {N_("VPC: list VPCs"), "vpc.DescribeVpcs", CHECK_WARN},
        {N_("VPC: list vSwitches"), "vpc.DescribeVSwitches", CHECK_WARN},
        {N_("VPC: list public addresses"), "vpc.DescribeEipAddresses", CHECK_WARN},
        {N_("ACK: list clusters"), "cs.DescribeClustersForRegion", CHECK_FAIL},
        {N_("RAM: list roles"), "ram.ListRoles", CHECK_WARN},
};

static void fill(struct call *call)
{
	if (operation_takes(call->operation, "RegionId"))
		call_set_region(call);
	if (operation_takes(call->operation, "region_id"))
		call_set(call, "region_id", call->region);
	if (operation_takes(call->operation, "DryRun"))
		call_set_flag(call, "DryRun", true);
	else if (operation_takes(call->operation, "MaxResults"))
		call_set_number(call, "MaxResults", 10);
	else if (operation_takes(call->operation, "MaxItems"))
		call_set_number(call, "MaxItems", 1);
	call->attempts = DOCTOR_ATTEMPTS;
	call->timeout_ms = DOCTOR_TIMEOUT_MS;
}

static void check_permission(const struct visit *visit, const struct permission_row *row)
{
	struct session *session = visit->session;
	struct error error = {0};
	struct http_response *response;
	char endpoint[ENDPOINT_SIZE] = "", service[32], seen[256];
	struct call call;

	call_init(&call, row->operation, session_some_region(session));
	fill(&call);
	operation_service(call.operation, service);
	endpoint_resolve(&session->endpoints, service, call.region, endpoint, NULL);
	snprintf(seen, sizeof(seen), _("allowed at %.200s"), endpoint);
	response = call_perform(&session->caller, &call, visit->cancel, &error);
	if (response || fault_class_of(error.code) == FAULT_DRY_RUN)
		tell(visit, CHECK_PASS, _(row->what), seen, "");
	else
		tell_error(visit, error.kind == ERROR_DENIED ? row->missing : CHECK_FAIL, _(row->what), &error);
	http_response_destroy(response);
	call_finish(&call);
}

void doctor_run(struct session *session, void (*tell_line)(const struct check *check, void *user), void *user,
        struct cancel *cancel)
{
	struct visit visit = {session, tell_line, user, cancel};

	if (!check_credentials(&visit))
		return;
	if (!check_identity(&visit)) {
		check_clock(&visit);
		return;
	}
	check_clock(&visit);
	if (*session->home_region)
		tell(&visit, CHECK_PASS, _("region"), session->home_region, "");
	else
		tell(&visit, CHECK_WARN, _("region"), _("none is set; cn-hangzhou is asked"),
		        _("Set one with --region, in the profile, or in ALIBABA_CLOUD_REGION_ID"));
	for (size_t i = 0; i < COUNT_OF(permissions) && !cancel_asked(cancel); i++)
		check_permission(&visit, &permissions[i]);
}
