// SPDX-License-Identifier: Apache-2.0
// What the cloud offers: its regions, the instance types with their prices, system images, Kubernetes versions.
#ifndef PEERDECK_SIM_CATALOG_H
#define PEERDECK_SIM_CATALOG_H

#include "base/base.h"

struct region;
struct catalog_region {
	const char *id, *code, *name, *english_name, *zones; // zones: one letter each
};

extern const struct catalog_region catalog_regions[];
extern const size_t catalog_region_count;

struct instance_type {
	const char *id, *family, *architecture, *processor;
	int cpu;
	int memory_mib;
	int gpu;
	int enis, ips_per_eni;
	int bandwidth_mbit;
	double price;           // CNY per hour, pay as you go
	const char *boot_modes; // comma list
	bool tdx, nvme;
};

extern const struct instance_type instance_types[];
extern const size_t instance_type_count;
const struct instance_type *instance_type_find(const char *id);
// Whether a zone of the region (its letter) sells the type now.
bool instance_type_sold(const struct instance_type *type, const struct region *region, char zone);

// Prices are in CNY in China-site regions (cn-*), USD elsewhere.
const char *region_currency(const struct region *region);
double region_price(const struct region *region, double cny);

struct catalog_image {
	const char *suffix; // of the id; the region's code stands before it
	const char *name, *os_name, *os_type, *platform, *architecture, *boot_mode, *owner;
	int size_gib;
	const char *region; // the only one that has it; NULL = all have it
};
extern const struct catalog_image catalog_images[];
extern const size_t catalog_image_count;

struct kubernetes_version {
	const char *version;
	bool creatable;
};
extern const struct kubernetes_version kubernetes_versions[];
extern const size_t kubernetes_version_count;

#endif
