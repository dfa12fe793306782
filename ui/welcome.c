// SPDX-License-Identifier: Apache-2.0
// No credentials: what to do.
#include "config.h"

#include "ui/welcome.h"

#include "ui/text_pane.h"
#include "base/banned.h"

static void add_way(struct document *document, const char *command, const char *what)
{
	const struct document_piece first[] = {{STYLE_TEXT, "  "}, {STYLE_CODE, command}};
	const struct document_piece second[] = {{STYLE_TEXT, "      "}, {STYLE_TEXT, what}};

	document_add(document, first, COUNT_OF(first), 0, "", 0);
	document_add(document, second, COUNT_OF(second), 0, "", 0);
}

static void render(struct pane *pane, void *user, bool revealed)
{
	struct document *document = text_pane_document(pane);
	const struct deck *deck = pane->ui->deck;

	(void)user, (void)revealed;
	document_add_text(document, STYLE_TITLE, _("Welcome to peerdeck"));
	document_add_text(document, STYLE_TEXT, "");
	if (deck->context_error.kind != ERROR_NONE)
		document_add_text(document, STYLE_WARNING, deck->context_error.message);
	document_add_text(document, STYLE_TEXT, _("There is no account to look at yet. One of these makes one known:"));
	document_add_text(document, STYLE_TEXT, "");
	add_way(document, "aliyun configure",
	        _("signs in with Alibaba Cloud's own tool; peerdeck uses the same profiles"));
	add_way(document, "export ALIBABA_CLOUD_ACCESS_KEY_ID=… ALIBABA_CLOUD_ACCESS_KEY_SECRET=…",
	        _("an access key for this shell only"));
	add_way(document, "peerdeck --profile NAME", _("another profile than the one in use"));
	add_way(document, "peerdeck --demo", _("a simulated cloud: needs no account and costs nothing"));
	add_way(document, "peerdeck doctor", _("tells where credentials were looked for and what is wrong with them"));
	document_add_text(document, STYLE_TEXT, "");
	document_add_text(document, STYLE_DIM, _("P chooses another context · Q leaves"));
}

static const struct text_source welcome_source = {.name = "welcome", .render = render};

bool welcome_open(struct ui *ui, struct error *error)
{
	struct pane *pane = text_pane_create(ui, &welcome_source, _("Welcome"), NULL, error);

	return pane && pages_open(ui->pages, pane, error);
}
