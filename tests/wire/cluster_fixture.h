// SPDX-License-Identifier: Apache-2.0
// Objects as clusters send them, shortened to what is read.
#ifndef PEERDECK_TESTS_WIRE_CLUSTER_FIXTURE_H
#define PEERDECK_TESTS_WIRE_CLUSTER_FIXTURE_H

#define FIXTURE_CLASSES                                                                                                \
	"{\"metadata\":{\"name\":\"kata-remote\",\"uid\":\"c1\"},\"handler\":\"kata-remote\"},"                        \
	"{\"metadata\":{\"name\":\"gvisor\",\"uid\":\"c2\"},\"handler\":\"runsc\"}"

// A peer pod that runs, its name and uid to be given.
#define FIXTURE_POD(name, uid, class, version)                                                                         \
	"{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"" name "\",\"namespace\":\"apps\","          \
	"\"uid\":\"" uid "\",\"resourceVersion\":\"" version "\",\"creationTimestamp\":\"2026-11-20T10:00:00Z\","      \
	"\"labels\":{\"app\":\"web\"},\"ownerReferences\":[{\"kind\":\"ReplicaSet\",\"name\":\"web-7d9c\","            \
	"\"uid\":\"r1\",\"controller\":true}],\"managedFields\":[{\"manager\":\"kubectl\",\"operation\":\"Update\","   \
	"\"time\":\"2026-11-20T10:00:00Z\",\"fieldsV1\":{\"f:spec\":{}}},{\"manager\":\"kubelet\","                    \
	"\"operation\":\"Update\",\"time\":\"2026-11-20T10:01:30Z\",\"subresource\":\"status\","                       \
	"\"fieldsV1\":{\"f:status\":{}}}]},"                                                                           \
	"\"spec\":{\"nodeName\":\"node-1\",\"runtimeClassName\":\"" class                                              \
	        "\",\"terminationGracePeriodSeconds\":45,"                                                             \
	        "\"containers\":[{\"name\":\"main\",\"image\":\"nginx:1.27\"},{\"name\":\"side\",\"image\":\"envoy\"}" \
	        "]},"                                                                                                  \
	        "\"status\":{\"phase\":\"Running\",\"podIP\":\"10.1.0.5\",\"podIPs\":[{\"ip\":\"10.1.0.5\"}],"         \
	        "\"startTime\":\"2026-11-20T10:00:05Z\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\","      \
	        "\"lastTransitionTime\":\"2026-11-20T10:01:20Z\"}],\"containerStatuses\":[{\"name\":\"main\","         \
	        "\"ready\":true,"                                                                                      \
	        "\"restartCount\":2,\"state\":{\"running\":{\"startedAt\":\"2026-11-20T10:01:10Z\"}}},{\"name\":"      \
	        "\"side\","                                                                                            \
	        "\"ready\":true,\"restartCount\":0,\"state\":{\"running\":{\"startedAt\":\"2026-11-20T10:01:05Z\"}}}]" \
	        "}}"

// The adaptor's own pod.
#define FIXTURE_ADAPTOR_POD                                                                                            \
	"{\"metadata\":{\"name\":\"cloud-api-adaptor-daemonset-x7\",\"namespace\":\"confidential-containers-system\"," \
	"\"uid\":\"p-caa\",\"creationTimestamp\":\"2026-11-20T09:00:00Z\",\"labels\":{\"app\":\"cloud-api-adaptor\"}}" \
	","                                                                                                            \
	"\"spec\":{\"nodeName\":\"node-1\",\"containers\":[{\"name\":\"cloud-api-adaptor-con\",\"image\":\"caa\"}]},"  \
	"\"status\":{\"phase\":\"Running\"}}"

#define FIXTURE_NODE                                                                                                   \
	"{\"metadata\":{\"name\":\"node-1\",\"uid\":\"n1\",\"creationTimestamp\":\"2026-11-19T08:00:00Z\",\"labels\":" \
	"{\"alibabacloud.com/nodepool-id\":\"np-1\",\"node.kubernetes.io/instance-type\":\"ecs.g8i.xlarge\","          \
	"\"topology.kubernetes.io/zone\":\"cn-beijing-l\"}},\"spec\":{\"providerID\":\"cn-beijing.i-2ze1\","           \
	"\"unschedulable\":true},\"status\":{\"capacity\":{\"kata.peerpods.io/vm\":\"10\"},\"allocatable\":"           \
	"{\"kata.peerpods.io/vm\":\"9\"},\"conditions\":[{\"type\":\"MemoryPressure\",\"status\":\"False\","           \
	"\"message\":\"enough\"},{\"type\":\"Ready\",\"status\":\"True\",\"lastHeartbeatTime\":"                       \
	"\"2026-11-20T12:00:00Z\",\"lastTransitionTime\":\"2026-11-19T08:01:00Z\"}],\"addresses\":[{\"type\":"         \
	"\"InternalIP\",\"address\":\"192.168.0.9\"},{\"type\":\"Hostname\",\"address\":\"node-1\"}],\"nodeInfo\":"    \
	"{\"bootID\":\"b1\",\"kubeletVersion\":\"v1.31.1\",\"containerRuntimeVersion\":\"containerd://1.7\"}}}"

#define FIXTURE_LEASE                                                                                                  \
	"{\"metadata\":{\"name\":\"node-1\",\"namespace\":\"kube-node-lease\"},\"spec\":{\"holderIdentity\":"          \
	"\"node-1\",\"renewTime\":\"2026-11-20T12:00:07.123456Z\"}}"

#define FIXTURE_PEERPOD(uid, pod_uid, vm)                                                                              \
	"{\"metadata\":{\"name\":\"web-7d9c-1-resource-abc\",\"namespace\":\"apps\",\"uid\":\"" uid                    \
	"\",\"creationTimestamp\":\"2026-11-20T10:01:00Z\",\"finalizers\":[\"other/one\",\"peer.pod/finalizer\"],"     \
	"\"ownerReferences\":[{\"kind\":\"Pod\",\"name\":\"web-7d9c-1\",\"uid\":\"" pod_uid                            \
	"\"}]},\"spec\":{\"cloudProvider\":\"alibabacloud\",\"instanceID\":\"" vm "\"}}"

#define FIXTURE_EVENT                                                                                                  \
	"{\"metadata\":{\"name\":\"web.17\",\"namespace\":\"apps\",\"uid\":\"e1\",\"creationTimestamp\":"              \
	"\"2026-11-20T10:00:06Z\"},\"involvedObject\":{\"kind\":\"Pod\",\"name\":\"web-7d9c-1\",\"uid\":\"p1\"},"      \
	"\"reason\":\"FailedCreatePodSandBox\",\"message\":\"no VM\",\"type\":\"Warning\",\"count\":3,\"source\":"     \
	"{\"component\":\"kubelet\"},\"firstTimestamp\":\"2026-11-20T10:00:06Z\",\"lastTimestamp\":"                   \
	"\"2026-11-20T10:00:50Z\"}"

#define PATH_PODS "/api/v1/pods"
#define PATH_NODES "/api/v1/nodes"
#define PATH_EVENTS "/api/v1/events"
#define PATH_CLASSES "/apis/node.k8s.io/v1/runtimeclasses"
#define PATH_PEERPODS "/apis/confidentialcontainers.org/v1alpha1/peerpods"
#define PATH_LEASES "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
#define PATH_SYSTEM "/namespaces/confidential-containers-system"
#define PATH_ADAPTOR "/apis/apps/v1" PATH_SYSTEM "/daemonsets/cloud-api-adaptor-daemonset"
#define PATH_CONFIG "/api/v1" PATH_SYSTEM "/configmaps/peer-pods-cm"

#endif
