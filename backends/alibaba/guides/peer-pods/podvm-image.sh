# SPDX-License-Identifier: Apache-2.0
# IMAGE FILE: takes the one podvm-*.qcow2 in the root folder of a container image out of it.
set -eu
container=$$(docker create "$1" /bin/sh)
trap 'docker rm --force "$container" >/dev/null' EXIT
name=$$(docker export "$container" | tar -t | grep '^podvm.*qcow2$$' | head -n 1)
[ -n "$name" ] || { echo "there is no podvm-*.qcow2 in $1" >&2; exit 1; }
docker cp "$container:/$name" "$2.part"
mv "$2.part" "$2"
