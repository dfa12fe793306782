// SPDX-License-Identifier: Apache-2.0
// The client of the Kubernetes API over TLS.
#include "config.h"
#include "tests/wire/kubernetes.h"

#include <stdlib.h>

#include "base/text.h"

#include "base/banned.h"

enum { PIECE = 7 };

static void note(struct scripted *scripted, const struct http_exchange *exchange)
{
	size_t length = strlen(scripted->asked);

	snprintf(scripted->asked + length, sizeof(scripted->asked) - length, "%s %s\n%.*s\n", exchange->method,
	        exchange->path, (int)exchange->body_size, exchange->body);
	snprintf(scripted->head, sizeof(scripted->head), "%s", exchange->head);
}

static bool send_text(struct http_exchange *exchange, const char *text)
{
	return http_exchange_send(exchange, text, strlen(text));
}

static bool send_chunks(struct http_exchange *exchange, const char *body)
{
	for (size_t left = strlen(body); left > 0;) {
		size_t piece = left < PIECE ? left : PIECE;
		char chunk[40];

		snprintf(chunk, sizeof(chunk), "%zx\r\n%.*s\r\n", piece, (int)piece, body);
		if (!send_text(exchange, chunk))
			return false;
		body += piece;
		left -= piece;
	}
	return true;
}

static bool answer(struct http_exchange *exchange, void *user)
{
	static const struct step surplus = {500, WHOLE, "more was asked than the script has", NULL};
	struct scripted *scripted = user;
	const struct step *step;
	char head[400];

	pthread_mutex_lock(&scripted->lock);
	note(scripted, exchange);
	step = scripted->at < scripted->count ? &scripted->steps[scripted->at] : &surplus;
	scripted->at++;
	pthread_mutex_unlock(&scripted->lock);
	if (step->ending == WHOLE) {
		snprintf(head, sizeof(head), "HTTP/1.1 %d X\r\n%sContent-Length: %zu\r\n\r\n", step->status,
		        step->headers ? step->headers : "", strlen(step->body));
		return send_text(exchange, head) && send_text(exchange, step->body);
	}
	snprintf(head, sizeof(head), "HTTP/1.1 %d X\r\n%sTransfer-Encoding: chunked\r\n\r\n", step->status,
	        step->headers ? step->headers : "");
	if (!send_text(exchange, head) || !send_chunks(exchange, step->body) || step->ending == BREAKS)
		return false;
	return step->ending == ENDS ? send_text(exchange, "0\r\n\r\n") : http_exchange_hang(exchange);
}

static uint32_t no_random(void *user)
{
	(void)user;
	return 0;
}

static bool allow_all(const struct kubeconfig_exec *exec, const char *place, void *user)
{
	(void)exec;
	(void)place;
	(void)user;
	return true;
}

static void make_access(struct scripted *scripted, const char *user)
{
	const struct access_options options = {.plugin_allowed = allow_all};
	struct buffer text;

	buffer_init(&text, 64 << 10);
	buffer_printf(&text,
	        "clusters: [{name: c, cluster: {server: 'https://localhost:%d/prefix', certificate-authority-data: ",
	        http_server_port(scripted->server));
	text_add_base64(&text, scripted->certificate.certificate, strlen(scripted->certificate.certificate));
	buffer_printf(&text,
	        "}}]\nusers: [{name: u, user: {%s}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
	        "current-context: x\n",
	        user);
	scripted->config = kubeconfig_create();
	if (!kubeconfig_read_text(scripted->config, "test", buffer_text(&text), text.size, NULL) ||
	        !(scripted->access = access_create(scripted->config, NULL, &options, NULL)))
		abort();
	buffer_finish(&text);
}

void scripted_init(struct scripted *scripted, const char *user, const struct step *steps, size_t count)
{
	struct http_server_tls tls;

	memset(scripted, 0, sizeof(*scripted));
	scripted->steps = steps;
	scripted->count = count;
	pthread_mutex_init(&scripted->lock, NULL);
	scripted->certificate = http_certificate_make("localhost");
	tls = (struct http_server_tls){
	        .certificate = scripted->certificate.certificate, .key = scripted->certificate.key};
	scripted->server = http_server_start_answering(&tls, answer, scripted);
	scripted->http = http_client_create(&(struct http_options){.random = no_random}, NULL);
	make_access(scripted, user);
	scripted->api = api_create(scripted->http, scripted->access, NULL);
	if (!scripted->http || !scripted->api)
		abort();
}

void scripted_finish(struct scripted *scripted)
{
	api_destroy(scripted->api);
	access_destroy(scripted->access);
	kubeconfig_unref(scripted->config);
	http_client_destroy(scripted->http);
	http_server_stop(scripted->server);
	http_certificate_finish(&scripted->certificate);
	pthread_mutex_destroy(&scripted->lock);
}

unsigned scripted_asked(struct scripted *scripted, const char *part)
{
	unsigned count = 0;

	pthread_mutex_lock(&scripted->lock);
	for (const char *at = scripted->asked; (at = strstr(at, part)) != NULL; at++)
		count++;
	pthread_mutex_unlock(&scripted->lock);
	if (count == 0)
		printf("\n    not asked: %s\n    but:\n%s\n", part, scripted->asked);
	return count;
}

bool scripted_is_done(struct scripted *scripted)
{
	bool done;

	pthread_mutex_lock(&scripted->lock);
	done = scripted->at == scripted->count;
	pthread_mutex_unlock(&scripted->lock);
	return done;
}

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {kubernetes_call_suite, kubernetes_watch_suite, kubernetes_logs_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
