// SPDX-License-Identifier: Apache-2.0
// The errors of OSS and how they are written. Source: Alibaba Cloud OSS: "Error codes".
#include "config.h"
#include "sim/oss.h"

#include <string.h>

#include "base/text.h"
#include "sim/oss_xml.h"

#include "base/banned.h"

struct oss_error {
	const char *code;
	int status;
	const char *ec;
	const char *message;
};

static const struct oss_error errors[] = {
        {"AccessDenied", 403, "0003-00000001", "You have no right to access this object because of bucket acl."},
        {"AnonymousDenied", 403, "0003-00000001", "Anonymous user has no right to access this bucket."},
        {"NoPermission", 403, "0003-00000301", "You do not have permission to perform this operation."},
        {"WrongEndpoint", 403, "0003-00001403",
                "The bucket you are attempting to access must be addressed using the specified endpoint. Please send "
                "all "
                "future requests to this endpoint."},
        {"BucketAlreadyExists", 409, "0015-00000104",
                "The requested bucket name is not available. The bucket namespace is shared by all users of the "
                "system. "
                "Please select a different name and try again."},
        {"BucketNotEmpty", 409, "0015-00000301", "The bucket you tried to delete is not empty."},
        {"EntityTooLarge", 400, "0026-00000011", "Your proposed upload exceeds the maximum allowed size."},
        {"EntityTooSmall", 400, "0042-00000203", "Your proposed upload smaller than the minimum allowed size."},
        {"FileAlreadyExists", 409, "0026-00000002",
                "The object you specified already exists and can not be overwritten."},
        {"InternalError", 500, "0050-00000001", "We encountered an internal error. Please try again."},
        {"InvalidAccessKeyId", 403, "0002-00000902",
                "The OSS Access Key Id you provided does not exist in our records."},
        {"InactiveAccessKeyId", 403, "0002-00000901", "The OSS Access Key Id you provided is disabled."},
        {"InvalidArgument", 400, "0017-00000001", "An argument of the request is not valid."},
        {"InvalidAuthorization", 400, "0002-00000221", "The Authorization header is not in the form of its version."},
        {"InvalidBucketName", 400, "0015-00000001", "The specified bucket is not valid."},
        {"InvalidDate", 403, "0002-00000505", "The time of the request is missing or not in the expected form."},
        {"InvalidDigest", 400, "0017-00000502", "The Content-MD5 you specified was invalid."},
        {"InvalidObjectName", 400, "0016-00000002", "The specified object is not valid."},
        {"InvalidPart", 400, "0042-00000205",
                "One or more of the specified parts could not be found or the specified entity tag might not have "
                "matched "
                "the part's entity tag."},
        {"InvalidPartOrder", 400, "0042-00000204", "The list of parts was not in ascending order."},
        {"InvalidRange", 416, "0026-00000021", "The requested range cannot be satisfied."},
        {"InvalidSecurityToken", 403, "0002-00000905", "The security token you provided is invalid."},
        {"MalformedXML", 400, "0017-00000701",
                "The XML you provided was not well-formed or did not validate against "
                "our published schema."},
        {"MethodNotAllowed", 405, "0017-00000801", "The specified method is not allowed against this resource."},
        {"MissingContentLength", 411, "0017-00000301", "You must provide the Content-Length HTTP header."},
        {"NoSuchBucket", 404, "0015-00000101", "The specified bucket does not exist."},
        {"NoSuchKey", 404, "0026-00000001", "The specified key does not exist."},
        {"NoSuchUpload", 404, "0042-00000101",
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been "
                "aborted "
                "or completed."},
        {"NotImplemented", 501, "0017-00000901",
                "A parameter you provided implies functionality that is not implemented."},
        {"PreconditionFailed", 412, "0026-00000031", "At least one of the pre-conditions you specified did not hold."},
        {"RequestIsExpired", 403, "0002-00000069", "Request has expired."},
        {"RequestTimeTooSkewed", 403, "0002-00000504",
                "The difference between the request time and the current time is too large."},
        {"SecurityTokenExpired", 403, "0002-00000906", "The security token you provided has expired."},
        {"ServiceUnavailable", 503, "0050-00000002", "Please reduce your request rate."},
        {"SignatureDoesNotMatch", 403, "0002-00000040",
                "The request signature we calculated does not match the signature you provided. Check your key and "
                "signing method."},
        {"TooManyBuckets", 400, "0015-00000201", "You have attempted to create more buckets than allowed."},
        {"UserDisable", 403, "0003-00000801", "UserDisable"},
};

// Rows whose word only tells their message from another's; the wire says the code beside it.
static const char *const same_code[][2] = {
        {"AnonymousDenied", "AccessDenied"},
        {"NoPermission", "AccessDenied"},
        {"WrongEndpoint", "AccessDenied"},
        {"RequestIsExpired", "AccessDenied"},
        {"InvalidDate", "AccessDenied"},
        {"InactiveAccessKeyId", "InvalidAccessKeyId"},
        {"InvalidAuthorization", "InvalidArgument"},
};

static const struct oss_error *find_error(const char *code)
{
	for (size_t i = 0; i < COUNT_OF(errors); i++)
		if (!strcmp(errors[i].code, code))
			return &errors[i];
	return find_error("InternalError");
}

static const char *wire_code(const char *code)
{
	for (size_t i = 0; i < COUNT_OF(same_code); i++)
		if (!strcmp(same_code[i][0], code))
			return same_code[i][1];
	return code;
}

void oss_detail(struct oss_call *call, const char *name, const char *value)
{
	if (call->detail_count < OSS_DETAILS_MOST)
		call->details[call->detail_count++] = (struct pair){.name = name, .value = value};
}

// A HEAD answer has no body: the same text stands in a header, in base64.
static void put_body(struct oss_call *call, struct buffer *body)
{
	struct answer *answer = call->answer;
	if (strcmp(call->request->method, "HEAD") != 0) {
		answer->content_type = "application/xml";
		answer->size = body->size;
		answer->body = buffer_take(body);
		return;
	}
	struct buffer base64;
	buffer_init(&base64, OSS_XML_MOST);
	text_add_base64(&base64, buffer_text(body), body->size);
	answer_header(answer, "x-oss-err", arena_strdup(&call->request->arena, buffer_text(&base64)));
	answer->no_body = true;
	answer->size = 0;
	buffer_finish(&base64);
	buffer_finish(body);
}

bool oss_fail(struct oss_call *call, const char *code)
{
	const struct oss_error *error = find_error(code);
	struct buffer body;
	xml_begin(&body, "Error");
	xml_text_out(&body, "Code", wire_code(error->code));
	xml_text_out(&body, "Message", error->message);
	xml_text_out(&body, "RequestId", call->request->id);
	xml_text_out(&body, "HostId", request_header(call->request, "host"));
	for (size_t i = 0; i < call->detail_count; i++)
		xml_text_out(&body, call->details[i].name, call->details[i].value);
	xml_text_out(&body, "EC", error->ec);
	xml_text_out(
	        &body, "RecommendDoc", oss_format(call, "https://api.alibabacloud.com/troubleshoot?q=%s", error->ec));
	xml_close(&body, "Error");
	call->answer->status = error->status;
	call->answer->code = wire_code(error->code);
	answer_header(call->answer, "x-oss-ec", error->ec);
	put_body(call, &body);
	call->failed = call->done = true;
	return false;
}

bool oss_fail_argument(struct oss_call *call, const char *name, const char *value)
{
	oss_detail(call, "ArgumentName", name);
	oss_detail(call, "ArgumentValue", value);
	return oss_fail(call, "InvalidArgument");
}
