# SPDX-License-Identifier: Apache-2.0
# IMAGE FILE CONTAINER: takes the one podvm-*.qcow2 in the root folder of a container image out of it, through a container of that name.
set -eu
docker rm --force "$3" >/dev/null 2>&1 || :
trap 'docker rm --force "$3" >/dev/null 2>&1' EXIT
docker create --name "$3" "$1" /bin/sh >/dev/null
files=$$(docker export "$3" | tar -t)
name=$$(printf '%s\n' "$files" | grep '^podvm.*qcow2$$' | head -n 1)
[ -n "$name" ] || { echo "there is no podvm-*.qcow2 in $1" >&2; exit 1; }
docker cp "$3:/$name" "$2.part"
docker rm --force "$3" >/dev/null
trap - EXIT
mv "$2.part" "$2"
