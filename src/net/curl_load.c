// SPDX-License-Identifier: Apache-2.0
// Loading libcurl.
#include "config.h"
#include "net/curl_load.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "base/resident.h"

#include "base/banned.h"

static const char library_file[] = "libcurl.so.4";

// What is loaded is the process's, as in the linker's own case; nothing here changes after the first call.
static struct curl_library library;
static struct error load_error;

static bool find(void *handle, const char *name, void *function)
{
	void *symbol = dlsym(handle, name);

	if (!symbol)
		return error_set(&load_error, ERROR_SYSTEM, _("%s has no function %s"), library_file, name);
	memcpy(function, &symbol, sizeof(symbol));
	return true;
}

static void load(void)
{
	void *handle;
	bool found;

	// Linking thirty libraries reads six megabytes of them, once.
	resident_trim();
	handle = dlopen(library_file, RTLD_NOW | RTLD_LOCAL);
	found = handle != NULL;
	resident_trim();
	if (!handle) {
		error_set(&load_error, ERROR_SYSTEM, "%s", dlerror());
		error_doing(&load_error, _("load the HTTP library"));
		error_remedy(&load_error, _("install libcurl 4 (Debian: libcurl4)"));
		return;
	}
#define CURL_FIND(function) found = found && find(handle, #function, &library.function);
	CURL_FUNCTIONS(CURL_FIND)
#undef CURL_FIND
	if (found && library.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		error_set(&load_error, ERROR_SYSTEM, _("libcurl cannot be set up"));
	resident_trim();
}

const struct curl_library *curl_load(struct error *error)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	if (load_error.kind == ERROR_NONE)
		return &library;
	if (error)
		*error = load_error;
	return NULL;
}
