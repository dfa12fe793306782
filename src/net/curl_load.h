// SPDX-License-Identifier: Apache-2.0
// libcurl, loaded when the first request needs it. Linked, it would bring thirty shared libraries into a console that has not asked
// anything yet: 6 MB of resident memory and 4 ms of every start (measured with libcurl 7.88 of Debian 12).
#ifndef PEERDECK_NET_CURL_LOAD_H
#define PEERDECK_NET_CURL_LOAD_H

// Its macros check calls by the functions' own names only.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "base/error.h"

#define CURL_FUNCTIONS(EACH)                                                                                           \
	EACH(curl_global_init)                                                                                         \
	EACH(curl_easy_init)                                                                                           \
	EACH(curl_easy_cleanup)                                                                                        \
	EACH(curl_easy_reset)                                                                                          \
	EACH(curl_easy_setopt)                                                                                         \
	EACH(curl_easy_getinfo)                                                                                        \
	EACH(curl_easy_pause)                                                                                          \
	EACH(curl_easy_strerror)                                                                                       \
	EACH(curl_multi_init)                                                                                          \
	EACH(curl_multi_cleanup)                                                                                       \
	EACH(curl_multi_setopt)                                                                                        \
	EACH(curl_multi_add_handle)                                                                                    \
	EACH(curl_multi_remove_handle)                                                                                 \
	EACH(curl_multi_perform)                                                                                       \
	EACH(curl_multi_poll)                                                                                          \
	EACH(curl_multi_wakeup)                                                                                        \
	EACH(curl_multi_info_read)                                                                                     \
	EACH(curl_share_init)                                                                                          \
	EACH(curl_share_setopt)                                                                                        \
	EACH(curl_share_cleanup)                                                                                       \
	EACH(curl_slist_append)                                                                                        \
	EACH(curl_slist_free_all)                                                                                      \
	EACH(curl_url)                                                                                                 \
	EACH(curl_url_cleanup)                                                                                         \
	EACH(curl_url_set)                                                                                             \
	EACH(curl_url_get)                                                                                             \
	EACH(curl_free)

// A member per function, named like it.
#define CURL_MEMBER(function) __typeof__(function) *(function);
struct curl_library {
	CURL_FUNCTIONS(CURL_MEMBER)
};
#undef CURL_MEMBER

// Loads and sets up libcurl once per process; borrowed, for ever. Safe from any thread. NULL when it is not there.
const struct curl_library *curl_load(struct error *error);

#endif
