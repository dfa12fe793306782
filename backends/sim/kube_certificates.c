// SPDX-License-Identifier: Apache-2.0
// Certificates made with OpenSSL on the spot.
#include "config.h"
#include "sim/kube_certificates.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"

#include "base/banned.h"

enum { DAY_S = 24 * 3600, CA_DAYS = 3650, SERVER_DAYS = 365, BACKDATED_S = 3600 };

struct kube_authority {
	EVP_PKEY *key;
	X509 *certificate;
	char *pem;
	uint32_t count;
};

static void *must(void *made)
{
	if (!made) {
		fputs("peerdeck-sim: cannot make certificates\n", stderr);
		abort();
	}
	return made;
}

static char *text_of(BIO *bio)
{
	char *data;
	long size = BIO_get_mem_data(bio, &data);
	char *text = memory_copy(data, (size_t)size);
	BIO_free(bio);
	return text;
}

static char *certificate_pem(X509 *certificate)
{
	BIO *bio = must(BIO_new(BIO_s_mem()));
	PEM_write_bio_X509(bio, certificate);
	return text_of(bio);
}

static char *key_pem(EVP_PKEY *key)
{
	BIO *bio = must(BIO_new(BIO_s_mem()));
	PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
	return text_of(bio);
}

static void add_extension(X509 *certificate, X509 *issuer, int kind, const char *value)
{
	X509V3_CTX context;
	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = must(X509V3_EXT_conf_nid(NULL, &context, kind, value));
	X509_add_ext(certificate, extension, -1);
	X509_EXTENSION_free(extension);
}

static void add_name(X509_NAME *subject, const char *field, const char *value)
{
	X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8, (const unsigned char *)value, -1, -1, 0);
}

static X509 *begin(EVP_PKEY *key, uint64_t serial, int64_t valid_s)
{
	X509 *certificate = must(X509_new());
	X509_set_version(certificate, 2);
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -BACKDATED_S);
	X509_gmtime_adj(X509_getm_notAfter(certificate), (long)valid_s);
	X509_set_pubkey(certificate, key);
	return certificate;
}

struct kube_authority *kube_authority_create(const char *name)
{
	struct kube_authority *authority = memory_zeroed(1, sizeof(*authority));
	authority->key = must(EVP_EC_gen("P-256"));
	X509 *certificate = begin(authority->key, 1, (int64_t)CA_DAYS * DAY_S);
	X509_NAME *subject = X509_get_subject_name(certificate);
	add_name(subject, "O", name);
	add_name(subject, "CN", "kubernetes");
	X509_set_issuer_name(certificate, subject);
	add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
	add_extension(certificate, certificate, NID_key_usage, "critical,digitalSignature,keyCertSign,cRLSign");
	add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
	X509_sign(certificate, authority->key, EVP_sha256());
	authority->certificate = certificate;
	authority->pem = certificate_pem(certificate);
	return authority;
}

void kube_authority_destroy(struct kube_authority *authority)
{
	if (!authority)
		return;
	X509_free(authority->certificate);
	EVP_PKEY_free(authority->key);
	free(authority->pem);
	free(authority);
}

const char *kube_authority_pem(const struct kube_authority *authority)
{
	return authority->pem;
}

static struct kube_certificate finish(struct kube_authority *authority, X509 *certificate, EVP_PKEY *key)
{
	X509_set_issuer_name(certificate, X509_get_subject_name(authority->certificate));
	add_extension(certificate, authority->certificate, NID_basic_constraints, "critical,CA:FALSE");
	add_extension(certificate, authority->certificate, NID_authority_key_identifier, "keyid");
	X509_sign(certificate, authority->key, EVP_sha256());
	struct kube_certificate made = {.certificate = certificate_pem(certificate), .key = key_pem(key)};
	X509_free(certificate);
	EVP_PKEY_free(key);
	return made;
}

struct kube_certificate kube_authority_issue_server(struct kube_authority *authority)
{
	EVP_PKEY *key = must(EVP_EC_gen("P-256"));
	X509 *certificate = begin(key, 2, (int64_t)SERVER_DAYS * DAY_S);
	add_name(X509_get_subject_name(certificate), "CN", "kube-apiserver");
	add_extension(certificate, authority->certificate, NID_subject_alt_name,
	        "IP:127.0.0.1,IP:172.21.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,"
	        "DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local");
	add_extension(certificate, authority->certificate, NID_key_usage, "critical,digitalSignature");
	add_extension(certificate, authority->certificate, NID_ext_key_usage, "serverAuth");
	return finish(authority, certificate, key);
}

struct kube_certificate kube_authority_issue_user(struct kube_authority *authority, const char *name,
        const char *const *groups, uint32_t generation, int64_t valid_s, int64_t until)
{
	char text[32];
	EVP_PKEY *key = must(EVP_EC_gen("P-256"));
	X509 *certificate = begin(key, ((uint64_t)generation << 32) + 16 + authority->count++, valid_s);
	X509_NAME *subject = X509_get_subject_name(certificate);
	for (size_t i = 0; groups[i]; i++)
		add_name(subject, "O", groups[i]);
	add_name(subject, "CN", name);
	snprintf(text, sizeof(text), "%" PRId64, until);
	if (until)
		add_name(subject, "dnQualifier", text);
	add_extension(certificate, authority->certificate, NID_key_usage, "critical,digitalSignature");
	add_extension(certificate, authority->certificate, NID_ext_key_usage, "clientAuth");
	return finish(authority, certificate, key);
}

void kube_certificate_finish(struct kube_certificate *certificate)
{
	free(certificate->certificate);
	free(certificate->key);
	*certificate = (struct kube_certificate){0};
}

static bool read_entry(X509_NAME *subject, int kind, int *at, char out[KUBE_NAME_SIZE])
{
	*at = X509_NAME_get_index_by_NID(subject, kind, *at);
	if (*at < 0)
		return false;
	const ASN1_STRING *value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, *at));
	snprintf(out, KUBE_NAME_SIZE, "%.*s", ASN1_STRING_length(value), (const char *)ASN1_STRING_get0_data(value));
	return true;
}

bool kube_certificate_read(const void *data, size_t size, struct kube_subject *out)
{
	const unsigned char *at = data;
	uint64_t serial = 0;
	char until[KUBE_NAME_SIZE];
	int entry = -1;
	X509 *certificate = d2i_X509(NULL, &at, (long)size);
	if (!certificate)
		return false;
	*out = (struct kube_subject){0};
	X509_NAME *subject = X509_get_subject_name(certificate);
	bool named = read_entry(subject, NID_commonName, &entry, out->name);
	entry = -1;
	while (out->group_count < MAX_KUBE_GROUPS - 1 &&
	        read_entry(subject, NID_organizationName, &entry, out->groups[out->group_count]))
		out->group_count++;
	ASN1_INTEGER_get_uint64(&serial, X509_get0_serialNumber(certificate));
	out->generation = (uint32_t)(serial >> 32);
	entry = -1;
	if (read_entry(subject, NID_dnQualifier, &entry, until))
		out->until = strtoll(until, NULL, 10);
	X509_free(certificate);
	return named;
}
