# Boots a systemd that sees nothing but itself: a user instance, in namespaces and a cgroup of its own, with the folder $1 as
# its home. Says `booted`, then carries out commands that it reads, a line each, and says `status N` after each. At the end of
# its input everything that it started ends.
set -eu
dir=$1
mkdir "$dir/run" "$dir/cgroup"
mount -t cgroup2 cgroup2 "$dir/cgroup"
own=$dir/cgroup/bowout-test-$$
mkdir "$own"
trap 'find "$own" -depth -type d -exec rmdir {} +' EXIT

inside='
mount -t cgroup2 cgroup2 /sys/fs/cgroup
# What sd_booted(3) looks for.
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system
export HOME="$1" XDG_RUNTIME_DIR="$1/run" SYSTEMD_UNIT_PATH="$1" SYSTEMD_LOG_TARGET=null
/lib/systemd/systemd --user </dev/null &
tries=0
until [ -S "$XDG_RUNTIME_DIR/systemd/private" ]; do
    kill -0 $!
    [ $tries -lt 600 ]
    tries=$((tries + 1))
    sleep 0.05
done
echo booted
while read -r command; do
    status=0
    eval "$command" || status=$?
    echo "status $status"
done'

sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$own" \
    unshare --cgroup --mount --pid --fork --kill-child --mount-proc sh -euc "$inside" sh "$dir"
