#!/usr/bin/env bash
# systemd.sh FOLDER: runs a systemd over the files of FOLDER until the end of its input; --probe tells whether it could.
# The overlay and the tmpfs are not optional: systemd empties the /tmp that it sees. It gets a control group of its own,
# and sees that one as the root of all: outside of it nothing is touched.
set -euo pipefail

base=$(mktemp -d)
groups=$base/groups
own=sysgraph-$$
mkdir "$groups"

if [ "${SYSGRAPH_INSIDE:-}" != yes ]; then
  # A mount namespace for all that follows.
  rmdir "$groups" "$base"
  SYSGRAPH_INSIDE=yes exec unshare --mount --propagation private bash "$0" "$@"
fi

mount -t cgroup2 none "$groups"
mkdir "$groups/$own"

cleanup() {
  [ -z "${shell:-}" ] || kill -KILL "$shell" 2>/dev/null || true
  # Groups can be removed when the last process is gone, the innermost first.
  for _ in $(seq 50); do
    find "$groups/$own" -depth -type d -exec rmdir {} + 2>/dev/null || true
    [ -d "$groups/$own" ] || break
    sleep 0.1
  done
  umount -l "$groups" 2>/dev/null || true
  umount -l "$base/root" "$base/files" 2>/dev/null || true
  rm -rf --one-file-system "$base"
}
trap cleanup EXIT

mkdir "$base"/{files,root}
mount -t tmpfs none "$base/files"
mkdir "$base"/files/{up,work}
root=$base/root
mount -t overlay none -o "lowerdir=/,upperdir=$base/files/up,workdir=$base/files/work" "$root"
if [ "$1" = --probe ]; then unshare --pid --fork --uts --ipc --net --cgroup true; exit; fi
cp -a "$1"/* "$root/"
# Wherever it is: much of what is below / is hidden or closed to ordinary users inside.
mkdir -p "$root/opt/sysgraph"
mount --bind "$(dirname "${BASH_SOURCE[0]}")/../.." "$root/opt/sysgraph"
mount -o remount,bind,ro "$root/opt/sysgraph"

# SC: what is expanded is expanded inside.
inside='
  mount -t proc none "$0/proc"
  mount --rbind /sys "$0/sys"
  umount -l -R "$0/sys/fs/cgroup" || true
  mount -t cgroup2 none "$0/sys/fs/cgroup"
  mount --rbind /dev "$0/dev"
  mount -t tmpfs none "$0/run"
  mount -t tmpfs none "$0/tmp"
  export container=other
  exec chroot "$0" /lib/systemd/systemd --system --unit=sysgraph.target'

# Into the group first, then its namespace: the group it is in is the root it sees.
bash -ec 'echo $$ > "$1/cgroup.procs"
  exec unshare --cgroup --pid --fork --kill-child --mount --uts --ipc --net bash -ec "$2" "$3"' \
  bash "$groups/$own" "$inside" "$root" </dev/null &
shell=$!
echo "root $root"
echo "started $shell"
cat >/dev/null
