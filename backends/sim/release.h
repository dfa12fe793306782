// SPDX-License-Identifier: Apache-2.0
// Frees a resource with all that its kind owns. Tables are not touched.
#ifndef PEERDECK_SIM_RELEASE_H
#define PEERDECK_SIM_RELEASE_H

struct resource;
void resource_release(struct resource *resource);

#endif
