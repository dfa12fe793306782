// SPDX-License-Identifier: Apache-2.0
// The limit to compare with: Alibaba's own Node package lists every instance, N requests at a time.
//   node node_list.mjs PACKAGES ENDPOINT KEY SECRET CONCURRENCY   (PACKAGES: a folder with node_modules)
import { createRequire } from 'node:module';
import path from 'node:path';
const [packages, endpoint, accessKeyId, accessKeySecret, concurrency] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(packages), 'index.js'));
const { Config } = require('@alicloud/openapi-client');
const ecs = require('@alicloud/ecs20140526');
const url = new URL(endpoint);
const api = new ecs.default(new Config({ accessKeyId, accessKeySecret, endpoint: url.host, protocol: url.protocol.replace(':', '') }));
const call = (request) => api.describeInstances(new ecs.DescribeInstancesRequest(request)).then((r) => r.body);
const regions = (await api.describeRegions(new ecs.DescribeRegionsRequest({}))).body.regions.region.map((r) => r.regionId);
const rows = new Map();
const work = regions.map((regionId) => ({ regionId, page: 1 }));
async function worker() {
  for (let item; (item = work.shift());) {
    const body = await call({ regionId: item.regionId, pageNumber: item.page, pageSize: 100 });
    for (const i of body.instances.instance) rows.set(i.instanceId, { name: i.instanceName, status: i.status, type: i.instanceType, zone: i.zoneId, created: i.creationTime });
    if (item.page === 1) for (let page = 2; (page - 1) * 100 < body.totalCount; page++) work.push({ regionId: item.regionId, page });
  }
}
// Two rounds: while first pages are out, the list of further pages still grows.
await Promise.all(Array.from({ length: Number(concurrency) }, worker));
await Promise.all(Array.from({ length: Number(concurrency) }, worker));
console.log(rows.size);
