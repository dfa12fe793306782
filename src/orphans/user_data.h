// SPDX-License-Identifier: Apache-2.0
// Reads from a VM's user data which pod it was made for, and nothing else. User data of a pod VM also holds a private
// key and perhaps registry credentials: they are stepped over in place, never copied. Source: cloud-api-adaptor,
// util/cloudinit/cloudconfig.go.
#ifndef PEERDECK_ORPHANS_USER_DATA_H
#define PEERDECK_ORPHANS_USER_DATA_H

#include "base/base.h"

enum {
	USER_DATA_MOST = 128 << 10, // bytes of decoded user data that are looked at; more is broken
};

enum user_data_state {
	USER_DATA_UNREAD,  // never read
	USER_DATA_FOREIGN, // read whole; lacks the layout of the Cloud API Adaptor
	USER_DATA_BROKEN,  // cannot be read: proves nothing
	USER_DATA_PODVM,   // has the layout: the Cloud API Adaptor made this VM
};

struct user_data {
	enum user_data_state state;
	char pod_namespace[64]; // these are "" when absent
	char pod_name[254];     // whole, not cut
	char pod_ip[46];        // without the prefix length
	char worker_ip[46];
};

// `text` is decoded cloud-config. Nothing of it is kept but the four members.
void user_data_read(const char *text, size_t size, struct user_data *out);
// The same for base64 as the cloud sends it; the decoded copy is wiped.
void user_data_read_base64(const char *text, size_t size, struct user_data *out);

#endif
