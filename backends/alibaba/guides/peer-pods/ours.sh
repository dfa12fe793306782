# SPDX-License-Identifier: Apache-2.0
# What in the cluster is of this run, and what is somebody else's: that is neither changed nor taken away.
set -eu
run=${RUN} cluster=${CLUSTER} space=confidential-containers-system

# kubectl get KIND NAME ...: the name, when the object carries this run's label.
labelled() {
	kubectl get "$1" --selector "peerdeck-run=$run" --field-selector "metadata.name=$2" --output name --namespace $space
}
# The adaptor's TAGS name the run that deployed it.
adaptor() {
	seen=$(kubectl get configmap peer-pods-cm --namespace $space --ignore-not-found --output 'jsonpath={.metadata.name} {.data.TAGS}')
	whose "$seen"
}
# The same of the values that a Helm release was installed with.
release() {
	seen=$(kubectl get secrets --namespace $space --selector owner=helm,name=peerpods --output name)
	# Of a release that is there helm tells at least that it has none.
	test -z "$seen" || { seen=$(helm get values peerpods --namespace $space) && test -n "$seen"; } || refuse "helm does not tell whose the release peerpods is"
	whose "$seen"
}
whose() {
	case $1 in
	'') echo nobody ;;
	*"peerdeck-run=$run,"*) echo ours ;;
	*) echo theirs ;;
	esac
}
refuse() {
	echo "$1" >&2
	exit 1
}

case $1 in
space-is-there) test -n "$(labelled namespaces $space)" ;;
secret-is-there) test -n "$(labelled secrets my-provider-creds)" ;;
release-is-there)
	seen=$(release)
	test "$seen" = ours
	test -n "$(kubectl get secrets --namespace $space --selector owner=helm,name=peerpods,status=deployed --output name)"
	;;
look)
	seen=$(labelled namespaces $space)
	test -n "$seen" || refuse "the namespace $space is not of this run: somebody else made it meanwhile"
	seen=$(adaptor)
	test "$seen" != theirs || refuse "somebody else deployed CAA in $space meanwhile: undo, and answer DEPLOY = none"
	seen=$(release)
	test "$seen" != theirs || refuse "somebody else installed the Helm release peerpods meanwhile: undo, and answer DEPLOY = none"
	;;
uninstall)
	seen=$(release)
	case $seen in
	ours) helm uninstall peerpods --namespace $space --wait ;;
	theirs) echo "the Helm release peerpods is not of this run, and stays" ;;
	esac
	;;
make-delete)
	seen=$(labelled namespaces $space)
	test -n "$seen" || exit 0
	seen=$(adaptor)
	test "$seen" != theirs || { echo "CAA in $space is not of this run, and stays"; exit 0; }
	# What an attempt before took away already is a failure to make.
	make delete || {
		seen=$(kubectl get daemonsets,configmaps,secrets,serviceaccounts --namespace $space --output name)
		seen=$(echo "$seen" | grep -e /cloud-api-adaptor -e /peer-pods-cm -e /peer-pods-secret) || :
		test -z "$seen" || refuse "make delete left $seen"
	}
	# Nor does it take the operator that make deploy brought.
	seen=$(kubectl get deployment cc-operator-controller-manager --namespace $space --ignore-not-found --output name)
	test -z "$seen" || {
		kubectl delete ccruntimes.confidentialcontainers.org --all --timeout=900s
		kubectl kustomize "$COCO_OPERATOR_REPO/config/default?ref=$COCO_OPERATOR_REF" | awk 'BEGIN { RS = "---\n"; ORS = "---\n" } !/(^|\n)kind: Namespace\n/' |
			kubectl delete --ignore-not-found --timeout=300s -f -
	}
	# An installer that was cut off leaves its label. No node had it before, and without a kata nobody needs it.
	seen=$(kubectl get runtimeclasses --output name)
	case $seen in
	*kata*) ;;
	*) kubectl label nodes --selector katacontainers.io/kata-runtime katacontainers.io/kata-runtime- ;;
	esac
	;;
delete-space)
	seen=$(labelled namespaces $space)
	test -n "$seen" || exit 0
	# In a cluster of others somebody may have put something into it. Pods of controllers go with these.
	if [ $cluster = existing ]; then
		kubectl wait --for=delete pods --selector app=cloud-api-adaptor --namespace $space --timeout=300s || :
		seen=$(kubectl get pods,services,deployments,daemonsets,secrets,configmaps --namespace $space --output \
			'go-template={{range .items}}{{if not .metadata.ownerReferences}}{{if ne .metadata.name "kube-root-ca.crt"}} {{.kind}}/{{.metadata.name}}{{end}}{{end}}{{end}}')
		test -z "$seen" || refuse "the namespace $space holds what this run did not make:$seen. Take it away, or keep the namespace (kubectl label namespace $space peerdeck-run-); then undo again"
	fi
	kubectl delete namespace $space --ignore-not-found --timeout=300s
	;;
esac
