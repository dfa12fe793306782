// SPDX-License-Identifier: Apache-2.0
// Certificates made with OpenSSL on the spot, so that none in the tree can expire.
#include "config.h"
#include "tests/wire/http_certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static char *text_of(BIO *bio)
{
	char *data, *text;
	long size = BIO_get_mem_data(bio, &data);

	text = strndup(data, (size_t)size);
	BIO_free(bio);
	return text;
}

static void add_extension(X509 *certificate, int kind, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);

	if (!extension || X509_add_ext(certificate, extension, -1) != 1)
		abort();
	X509_EXTENSION_free(extension);
}

struct http_certificate http_certificate_make(const char *name)
{
	struct http_certificate made;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	BIO *out = BIO_new(BIO_s_mem()), *key_out = BIO_new(BIO_s_mem());
	X509_NAME *subject;
	char names[200];

	if (!key || !certificate || !out || !key_out)
		abort();
	X509_set_version(certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_set_pubkey(certificate, key);
	subject = X509_get_subject_name(certificate);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(certificate, subject);
	snprintf(names, sizeof(names), "DNS:%s", name);
	add_extension(certificate, NID_subject_alt_name, names);
	add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
	if (X509_sign(certificate, key, EVP_sha256()) == 0 || PEM_write_bio_X509(out, certificate) != 1 ||
	        PEM_write_bio_PrivateKey(key_out, key, NULL, NULL, 0, NULL, NULL) != 1)
		abort();
	made.certificate = text_of(out);
	made.key = text_of(key_out);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return made;
}

void http_certificate_finish(struct http_certificate *certificate)
{
	free(certificate->certificate);
	free(certificate->key);
}
