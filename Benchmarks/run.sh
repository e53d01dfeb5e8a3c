#!/usr/bin/env bash
# Builds the product and the benchmarks in release, starts a PostgreSQL and a Zendesk simulator of its own, measures,
# stops them, and prints the machine and the table. Fails when a bound does not hold.
# Usage: run.sh [--quick] [--only STAGE,STAGE] [--tickets N] [--json FILE]
set -euo pipefail
cd "$(dirname "$0")/.."

tickets=200000
arguments=()
while [ $# -gt 0 ]; do
    case "$1" in
        --quick) tickets=10000; arguments+=(--quick) ;;
        --tickets) tickets=$2; shift ;;
        --only) arguments+=(--only "$2"); shift ;;
        --json) arguments+=(--json "$(realpath "$2")"); shift ;;
        *) sed -n '4s/^# //p' "$0" >&2; exit 2 ;;
    esac
    shift
done

deploy/packages.sh test
echo "Building in release: 15 to 25 minutes on two cores the first time, seconds from then on." >&2
for product in deskpipe zendesk-simulator; do swift build -c release --product "$product" >&2; done
swift build -c release --package-path Benchmarks >&2
binaries=Benchmarks/.build/release

directory=$(mktemp -d "${TMPDIR:-/tmp}/deskpipe-bench.XXXXXX")
simulator=
postgres=
stop() {
    if [ -n "$simulator" ]; then kill "$simulator" 2>/dev/null || true; fi
    if [ -n "$postgres" ]; then (cd / && "${as[@]}" "$postgres/pg_ctl" -D "$directory/data" -m immediate stop >/dev/null) || true; fi
    rm -rf "$directory"
}
trap stop EXIT

as=()
if [ "$(id -u)" -eq 0 ]; then
    as=(setpriv --reuid=postgres --regid=postgres --init-groups)
    chown postgres "$directory"
fi
programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
port=$(shuf -i 20000-60000 -n 1)
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$(shuf -i 20000-60000 -n 1); done
(cd / && "${as[@]}" "$programs/initdb" -D "$directory/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null)
# As Debian sets it up, fsync on: what is loaded survives a loss of power.
(cd / && "${as[@]}" "$programs/pg_ctl" -D "$directory/data" -l "$directory/log" -w \
    -o "-p $port -k $directory -h 127.0.0.1" start >/dev/null)
postgres=$programs

.build/release/zendesk-simulator --port 0 --tickets "$tickets" --hold-back 0 --port-file "$directory/port" \
    --requests-per-minute 1000000 --exports-per-minute 1000000 --users-per-minute 1000000 >"$directory/simulator" 2>&1 &
simulator=$!
for _ in $(seq 300); do
    [ -s "$directory/port" ] && break
    kill -0 "$simulator" 2>/dev/null || { cat "$directory/simulator" >&2; exit 1; }
    sleep 0.1
done

mkdir "$directory/work"
echo "$(uname -srm), $(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1))," \
    "$(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1e6 }' /proc/meminfo), load $(cut -d ' ' -f 1-3 /proc/loadavg)"
"$binaries/bench" --simulator "http://127.0.0.1:$(cat "$directory/port")" --tickets "$tickets" \
    --directory "$directory/work" --postgres "postgresql://postgres@127.0.0.1:$port/postgres" \
    --mock-broker "$binaries/mock-broker" --deskpipe .build/release/deskpipe \
    --simulator-program .build/release/zendesk-simulator "${arguments[@]}"
