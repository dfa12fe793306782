// SPDX-License-Identifier: Apache-2.0
// To the clipboard.
#include "config.h"

#include "ui/copy.h"

#include "ui/state.h"
#include "ui/term.h"
#include "base/banned.h"

void copy_text(struct ui *ui, const char *text, size_t length, const char *what)
{
	struct error error;

	if (term_copy(text, length, &error))
		ui_say(ui, _("copied: %s"), what);
	else
		ui_fail(ui, &error);
}
