// SPDX-License-Identifier: Apache-2.0
// Where guides are: installed ones, those beside the source when the program runs from its build folder, and the user's
// own.
#ifndef PEERDECK_GUIDE_FOLDER_H
#define PEERDECK_GUIDE_FOLDER_H

#include "base/buffer.h"
#include "base/error.h"
#include "guide/guide.h"

enum { GUIDES_MOST = 64 };

struct guide_entry {
	char name[128]; // "alibaba/peer-pods"
	char folder[GUIDE_PATH_SIZE];
	bool own; // in the user's configuration folder
};

// All guides, by name; an own one hides another of its name. `config_folder` may be "". Returns how many.
size_t folder_list(const char *config_folder, struct guide_entry *out, size_t most);
// By name, by the part after the last / when only one ends so, or by the path of a folder (with a /).
bool folder_find(const char *config_folder, const char *name, struct guide_entry *out, struct error *error);

// The n-th ordinary file of a folder, in the order of names; false after the last.
bool folder_file_at(const char *folder, size_t index, char *name, size_t size);
// A whole file, up to the buffer's limit; it must hold no NUL.
bool folder_read_file(const char *path, struct buffer *out, struct error *error);

#endif
