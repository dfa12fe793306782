// SPDX-License-Identifier: Apache-2.0
// Texts that many objects have in common, kept once.
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "sim/kube_private.h"
#include "sim/memory.h"

#include "base/banned.h"

enum { BUCKETS = 1024 };

struct shared {
	struct shared *next;
	size_t references;
	char text[];
};

struct kube_texts {
	struct shared *buckets[BUCKETS];
};

struct kube_texts *kube_texts_create(void)
{
	return memory_zeroed(1, sizeof(struct kube_texts));
}

void kube_texts_destroy(struct kube_texts *texts)
{
	for (size_t i = 0; texts && i < BUCKETS; i++)
		while (texts->buckets[i]) {
			struct shared *next = texts->buckets[i]->next;
			free(texts->buckets[i]);
			texts->buckets[i] = next;
		}
	free(texts);
}

static struct shared **bucket(struct kube_texts *texts, const char *text)
{
	uint32_t hash = 2166136261u;
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return &texts->buckets[hash % BUCKETS];
}

char *kube_texts_take(struct kube_texts *texts, const char *text)
{
	struct shared **head = bucket(texts, text);
	for (struct shared *shared = *head; shared; shared = shared->next)
		if (!strcmp(shared->text, text)) {
			shared->references++;
			return shared->text;
		}
	size_t size = strlen(text) + 1;
	struct shared *made = memory_zeroed(1, sizeof(*made) + size);
	memcpy(made->text, text, size);
	made->references = 1;
	made->next = *head;
	*head = made;
	return made->text;
}

void kube_texts_give(struct kube_texts *texts, char *text)
{
	if (!text)
		return;
	struct shared *shared = (struct shared *)(void *)(text - offsetof(struct shared, text));
	if (--shared->references)
		return;
	struct shared **at = bucket(texts, text);
	while (*at != shared)
		at = &(*at)->next;
	*at = shared->next;
	free(shared);
}
