// SPDX-License-Identifier: Apache-2.0
// What things cost: the cloud is asked once per sort of VM, and its currency is kept.
#include "config.h"

#include "orphans/scan_own.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static void ask_price(struct scan *scan, size_t place)
{
	struct scan_price *price = &scan->prices[place];
	const struct cloud_source *cloud = scan->options.cloud->cloud;
	const struct scope *region = scan->regions[price->region].scope;
	double per_hour = NAN;
	bool known;

	// An address is asked for without a type.
	if (!price->type)
		known = cloud->address_price && cloud->address_price(scan->options.cloud_session, region, &per_hour,
		                                        price->currency, scan->cancel, NULL);
	else
		known = cloud->price && cloud->price(scan->options.cloud_session, region, price->type, price->zone,
		                                price->disk_gib, &per_hour, price->currency, scan->cancel, NULL);
	price->per_hour = known ? per_hour : NAN;
	scan_progress(scan, 1, _("prices"));
}

static struct scan_price *price_of(struct scan *scan, size_t region, const char *type, const char *zone, int64_t disk)
{
	struct scan_price *price;

	for (size_t i = 0; i < scan->price_count; i++) {
		price = &scan->prices[i];
		if (price->region == region && price->disk_gib == disk && !price->type == !type &&
		        (!type || (strcmp(price->type, type) == 0 && strcmp(price->zone, zone) == 0)))
			return price;
	}
	if (scan->price_count == SCAN_PRICES_MOST)
		return NULL;
	price = &scan->prices[scan->price_count++];
	*price = (struct scan_price){.type = type, .zone = zone, .disk_gib = disk, .region = region, .per_hour = NAN};
	return price;
}

static size_t region_of(const struct scan *scan, const struct report_item *item)
{
	for (size_t i = 0; i < scan->region_count; i++)
		if (scope_equal(scan->regions[i].scope, item->scope))
			return i;
	return SIZE_MAX;
}

// Without its system disk the price of a VM is not known.
static struct scan_price *item_price(struct scan *scan, const struct report_item *item)
{
	size_t region = region_of(scan, item), place;
	const struct scan_vm *vm;

	if (region == SIZE_MAX || item->verdict == VERDICT_FOREIGN)
		return NULL;
	if (item->kind == KIND_EIP)
		return price_of(scan, region, NULL, "", 0);
	place = item->kind == KIND_VM ? scan_vm_place(scan, item->record->id) : SIZE_MAX;
	vm = place != SIZE_MAX ? &scan->vms[place] : NULL;
	if (!vm || !*vm->record->type || vm->disk_gib < 0)
		return NULL;
	return price_of(scan, region, vm->record->type, vm->record->zone, vm->disk_gib);
}

static void item_cost(struct scan *scan, struct report_item *item, const struct scan_price *price)
{
	int64_t now = clock_now(scan->options.clock);

	if (!price || isnan(price->per_hour))
		return;
	item->cost.per_hour = price->per_hour;
	item->cost.currency = price->currency;
	item->cost.so_far =
	        item->since == 0 || now <= item->since ? 0 : price->per_hour * (double)(now - item->since) / 3600000.0;
}

static void count_currency(struct scan *scan)
{
	const char *currency = NULL;

	for (size_t i = 0; i < scan->item_count; i++) {
		const char *own = scan->items[i]->cost.currency;

		if (isnan(scan->items[i]->cost.per_hour) || !*own)
			continue;
		if (currency && strcmp(currency, own) != 0) {
			scan->report.currency = "";
			return;
		}
		currency = own;
	}
	scan->report.currency = currency ? currency : "";
}

// Orphans first: the number of prices that are asked for is limited.
bool scan_costs(struct scan *scan)
{
	static const enum verdict order[] = {
	        VERDICT_ORPHAN, VERDICT_SUSPECT, VERDICT_UNKNOWN, VERDICT_CREATING, VERDICT_LIVE};

	if (scan->is_recheck)
		return true;
	for (size_t v = 0; v < COUNT_OF(order); v++)
		for (size_t i = 0; i < scan->item_count; i++)
			if (scan->items[i]->verdict == order[v])
				item_price(scan, scan->items[i]);
	atomic_fetch_add(&scan->total, (long)scan->price_count);
	if (!scan_tasks(scan, scan->price_count, SCAN_THREADS_MOST, ask_price))
		return false;
	for (size_t i = 0; i < scan->item_count; i++)
		item_cost(scan, scan->items[i], item_price(scan, scan->items[i]));
	count_currency(scan);
	return true;
}
