# SPDX-License-Identifier: Apache-2.0
# What an installation of the adaptor leaves in a cluster, as far as others look at it. Sourced by stand-ins.
space=confidential-containers-system
class='{"apiVersion":"node.k8s.io/v1","kind":"RuntimeClass","metadata":{"name":"kata-remote"},"handler":"kata-remote"}'
set_head='{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"cloud-api-adaptor-daemonset","namespace":"'$space'"}'
account_head='{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"cloud-api-adaptor","namespace":"'$space'"'
map_head='{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"peer-pods-cm","namespace":"'$space'"}'

# ROLE ENTRIES SECRET IMAGE; entries as JSON members, each with a comma before it.
adaptor_install() {
	kubectl apply -f - <<END
$account_head,"annotations":{"pod-identity.alibabacloud.com/role-name":"$1"}}}
$map_head,"data":{"CLOUD_PROVIDER":"alibabacloud"$2}}
$class
$set_head,"spec":{"selector":{"matchLabels":{"app":"cloud-api-adaptor"}},"template":{"metadata":{"labels":{"app":"cloud-api-adaptor"}},
"spec":{"serviceAccountName":"cloud-api-adaptor","nodeSelector":{"node.kubernetes.io/worker":""},"containers":[{"name":"cloud-api-adaptor-con",
"image":"$4","envFrom":[{"secretRef":{"name":"$3"}},{"configMapRef":{"name":"peer-pods-cm"}}]}],
"volumes":[{"name":"token","projected":{"sources":[{"serviceAccountToken":{"audience":"sts.aliyuncs.com","expirationSeconds":3600,"path":"token"}}]}}]}}}}
END
	# What the installer of kata does on each worker at its end.
	kubectl label nodes -l node.kubernetes.io/worker katacontainers.io/kata-runtime=true --overwrite
}
# OPTIONS of kubectl delete.
adaptor_remove() {
	removed=0
	kubectl label nodes -l node.kubernetes.io/worker katacontainers.io/kata-runtime- || removed=1
	printf '%s}\n%s\n%s}\n%s}}\n' "$map_head" "$class" "$set_head" "$account_head" | kubectl delete "$@" -f - || removed=1
	return $removed
}
# FILE: the role that a service account is annotated with.
adaptor_role() {
	sed -n 's/^ *pod-identity.alibabacloud.com\/role-name: *"*\([^"]*\)"*$/\1/p' "$1"
}
