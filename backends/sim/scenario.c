// SPDX-License-Identifier: Apache-2.0
// Reading scenario files.
#include "config.h"
#include "sim/scenario.h"

#include <errno.h>
#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "sim/catalog.h"
#include "sim/identity.h"
#include "sim/options.h"
#include "sim/populate.h"
#include "sim/rules.h"
#include "sim/settings.h"
#include "sim/world.h"
#include "sim/world_random.h"

#include "base/banned.h"

enum { MAX_REGIONS = 64, PATH_SIZE = 4096, RANDOM_LIMIT = 64 * 1024, THROTTLE_BURST = 20 };

struct reading {
	struct world *world;
	const struct options *options;
	const char *file;
	struct error *error;
};

static bool mistake(const struct reading *reading, const config_setting_t *at, const char *what)
{
	error_set(reading->error, ERROR_CONFIG, "%s", what);
	error_doing(reading->error, "%s:%u", reading->file, at ? config_setting_source_line(at) : 0);
	return false;
}

static bool add_regions(const struct reading *reading, const config_setting_t *root)
{
	const char *ids[MAX_REGIONS];
	size_t count = 0;
	const config_setting_t *list = config_setting_get_member(root, "regions");
	for (int i = 0; list && i < config_setting_length(list) && count < MAX_REGIONS; i++) {
		const char *id = config_setting_get_string_elem(list, i);
		if (!id)
			return mistake(reading, list, "regions: expected a list of region ids");
		ids[count++] = id;
	}
	if (reading->options->regions >= 0)
		count = (size_t)reading->options->regions < count ? (size_t)reading->options->regions : count;
	// More are wanted than the scenario names: the catalogue has others.
	for (size_t i = 0; reading->options->regions > (int64_t)count && i < catalog_region_count; i++) {
		bool known = false;
		for (size_t k = 0; k < count; k++)
			known = known || !strcmp(ids[k], catalog_regions[i].id);
		if (!known)
			ids[count++] = catalog_regions[i].id;
	}
	if (!count)
		return mistake(reading, root, "a world needs at least one region: regions = [ \"cn-beijing\" ];");
	if (reading->options->regions > (int64_t)count)
		return mistake(reading, root, "--regions: there are not so many regions");
	if (!world_add_regions(reading->world, ids, count))
		return mistake(reading, list, "regions: an id is not known");
	struct region *home = world_region(reading->world, setting_text(root, "home", NULL));
	if (home)
		reading->world->home = home;
	return true;
}

static bool add_rules(const struct reading *reading, const config_setting_t *root)
{
	const config_setting_t *rules = config_setting_get_member(root, "rules");
	reading->world->rules.throttle_burst = THROTTLE_BURST;
	for (int i = 0; rules && i < config_setting_length(rules); i++) {
		const config_setting_t *one = config_setting_get_elem(rules, (unsigned)i);
		const char *name = config_setting_name(one), *text = config_setting_get_string(one);
		char value[32] = "";
		if (config_setting_type(one) == CONFIG_TYPE_BOOL)
			text = config_setting_get_bool(one) ? "true" : "false";
		else if (config_setting_is_number(one))
			snprintf(value, sizeof(value), "%.17g", setting_number(rules, name, 0));
		if (!name || !rule_set(reading->world, name, text ? text : value))
			return mistake(reading, one, "rules: there is no such rule, or no such value of it");
	}
	return true;
}

static bool add_sickness(const struct reading *reading, const config_setting_t *root)
{
	const config_setting_t *list = config_setting_get_member(root, "sick");
	for (int i = 0; list && i < config_setting_length(list); i++) {
		const config_setting_t *one = config_setting_get_elem(list, (unsigned)i);
		struct region *region = world_region(reading->world, setting_text(one, "region", NULL));
		if (!region && reading->options->regions >= 0)
			continue;
		if (!region)
			return mistake(reading, one, "sick: expected region = \"ID\" of a region of this world");
		region->error_rate = setting_number(one, "error_rate", 0);
		region->slow_ms = (int64_t)(1000 * setting_number(one, "slow", 0));
		region->unreachable = setting_bool(one, "unreachable", false);
	}
	return true;
}

static size_t read_actions(struct world *world, const config_setting_t *one, const char *name, const char **out)
{
	size_t count = 0;
	const config_setting_t *list = config_setting_get_member(one, name);
	for (int i = 0; list && i < config_setting_length(list) && count < MAX_ACTIONS; i++) {
		const char *action = config_setting_get_string_elem(list, i);
		if (action)
			out[count++] = world_text(world, action);
	}
	return count;
}

static void add_identity(struct world *world, const config_setting_t *one)
{
	struct random *random = &world->random[RANDOM_POPULATE];
	struct identity identity = {.type = "RAMUser"};
	char letters[32];
	random_letters(random, letters, 18);
	snprintf(identity.key_id, sizeof(identity.key_id), "LTAI5t%s", letters);
	random_letters(random, identity.secret, 30);
	const char *name = "peerdeck";
	if (one) {
		name = setting_text(one, "name", name);
		const char *key_id = setting_text(one, "key_id", NULL), *secret = setting_text(one, "secret", NULL);
		if (key_id)
			snprintf(identity.key_id, sizeof(identity.key_id), "%s", key_id);
		if (secret)
			snprintf(identity.secret, sizeof(identity.secret), "%s", secret);
		snprintf(identity.token, sizeof(identity.token), "%s", setting_text(one, "token", ""));
		identity.group = setting_text(one, "group", NULL);
		if (identity.group)
			identity.group = world_text(world, identity.group);
		identity.inactive = setting_bool(one, "inactive", false);
		identity.allowed_count = read_actions(world, one, "allow", identity.allowed);
		identity.denied_count = read_actions(world, one, "deny", identity.denied);
	}
	identity.user_id =
	        world_printf(world, "2%017llu", (unsigned long long)random_below(random, 100000000000000000u));
	identity.principal_id = identity.user_id;
	identity.arn = world_printf(world, "acs:ram::%s:user/%s", world->account, name);
	identity_add(world->identities, &identity);
}

static void add_identities(struct world *world, const config_setting_t *root)
{
	const config_setting_t *list = config_setting_get_member(root, "identities");
	for (int i = 0; list && i < config_setting_length(list); i++)
		add_identity(world, config_setting_get_elem(list, (unsigned)i));
	if (!identity_first(world->identities))
		add_identity(world, NULL);
}

static bool check_names(const struct reading *reading, const config_setting_t *root)
{
	static const char *const known[] = {"regions", "home", "rules", "sick", "identities", "clusters", "instances",
	        "vms", "leftovers", "buckets", "history"};
	for (int i = 0; i < config_setting_length(root); i++) {
		const config_setting_t *one = config_setting_get_elem(root, (unsigned)i);
		bool found = false;
		for (size_t k = 0; k < COUNT_OF(known); k++)
			found = found || !strcmp(known[k], config_setting_name(one));
		if (!found)
			return mistake(reading, one, "unknown setting");
	}
	return true;
}

static bool fill(const struct reading *reading, const config_setting_t *root)
{
	if (!check_names(reading, root) || !add_regions(reading, root))
		return false;
	if (!add_rules(reading, root))
		return false;
	add_identities(reading->world, root);
	if (!add_sickness(reading, root))
		return false;
	const config_setting_t *wrong = NULL;
	const char *why = populate(reading->world, root, reading->options->vms, &wrong);
	return !why || mistake(reading, wrong ? wrong : root, why);
}

// Beside the program (in the source tree, when it runs where it was built), then where it is installed.
static bool find_file(const char *name, char *out, size_t size)
{
	char program[PATH_SIZE];
	const char *data = getenv("PEERDECK_DATA");
	if (strchr(name, '/') || strchr(name, '.'))
		return snprintf(out, size, "%s", name), access(out, R_OK) == 0;
	if (data && snprintf(out, size, "%s/scenarios/%s.cfg", data, name) > 0 && access(out, R_OK) == 0)
		return true;
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	program[length > 0 ? length : 0] = 0;
	char *slash = strrchr(program, '/');
	if (slash)
		*slash = 0;
	if (snprintf(out, size, "%s/backends/sim/scenarios/%s.cfg", program, name) > 0 && access(out, R_OK) == 0)
		return true;
	if (snprintf(out, size, "%s/backends/sim/scenarios/%s.cfg", BUILD_SRCDIR, name) > 0 &&
	        !strncmp(program, BUILD_BUILDDIR, strlen(BUILD_BUILDDIR)) && access(out, R_OK) == 0)
		return true;
	return snprintf(out, size, "%s/scenarios/%s.cfg", PKGDATADIR, name) > 0 && access(out, R_OK) == 0;
}

// One that is thrown together by the seed.
static bool load_random(struct reading *reading, struct error *error)
{
	struct buffer text;
	config_t config;
	buffer_init(&text, RANDOM_LIMIT);
	config_init(&config);
	world_random_scenario(reading->world->seed, &text);
	bool good = config_read_string(&config, buffer_text(&text)) == CONFIG_TRUE;
	if (good)
		good = fill(reading, config_root_setting(&config));
	else
		error_set(error, ERROR_INTERNAL, "%s:%d", config_error_text(&config), config_error_line(&config));
	config_destroy(&config);
	buffer_finish(&text);
	return good;
}

bool scenario_load(struct world *world, const struct options *options, struct error *error)
{
	char path[PATH_SIZE * 2];
	config_t config;
	struct reading reading = {.world = world, .options = options, .error = error, .file = path};
	if (!strcmp(options->scenario, SCENARIO_WORLD)) {
		reading.file = SCENARIO_WORLD;
		return load_random(&reading, error);
	}
	if (!find_file(options->scenario, path, sizeof(path)))
		return error_set(error, ERROR_USAGE, "there is no scenario %s (demo, empty, large, world, or a file)",
		        options->scenario);
	config_init(&config);
	bool good;
	if (config_read_file(&config, path)) {
		good = fill(&reading, config_root_setting(&config));
	} else {
		good = error_set(error, ERROR_CONFIG, "%s", config_error_text(&config));
		error_doing(error, "%s:%d", path, config_error_line(&config));
	}
	config_destroy(&config);
	return good;
}
