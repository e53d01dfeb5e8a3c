#!/usr/bin/env bash
# Builds the product and the benchmarks in release, starts a PostgreSQL and a Zendesk simulator of its own, measures,
# stops them, and prints the table and the machine. Fails when a bound does not hold. The table is also in
# Benchmarks/results/latest.md, and for programs in latest.json beside it, or in FILE.
# Usage: run.sh [--quick] [--only STAGE,STAGE] [--tickets N] [--json FILE]
set -euo pipefail
cd "$(dirname "$0")/.."

tickets=200000
json=Benchmarks/results/latest.json
arguments=()
while [ $# -gt 0 ]; do
    case "$1" in
        --quick) tickets=10000; arguments+=(--quick) ;;
        --tickets) tickets=$2; shift ;;
        --only) arguments+=(--only "$2"); shift ;;
        --json) json=$2; shift ;;
        *) sed -n 's/^# \(Usage:\)/\1/p' "$0" >&2; exit 2 ;;
    esac
    shift
done

deploy/packages.sh bench
mkdir -p Benchmarks/results
echo "Building in release: 15 to 25 minutes on two cores the first time, seconds from then on." >&2
for product in deskpipe zendesk-simulator; do swift build -c release --product "$product" >&2; done
swift build -c release --package-path Benchmarks >&2
binaries=Benchmarks/.build/release

directory=$(mktemp -d "${TMPDIR:-/tmp}/deskpipe-bench.XXXXXX")
simulator=
# shellcheck source=../Tests/postgres.sh
. Tests/postgres.sh
stop() {
    if [ -n "$simulator" ]; then kill "$simulator" 2>/dev/null || true; fi
    if [ -n "${postgres_port:-}" ]; then stop_postgres "$directory"; fi
    rm -rf "$directory"
}
trap stop EXIT

# As Debian sets it up, fsync on: what is loaded survives a loss of power.
start_postgres "$directory"

# The records end at a fixed time: the same account at each run.
.build/release/zendesk-simulator --port 0 --tickets "$tickets" --hold-back 0 --port-file "$directory/port" \
    --end 2025-06-01T00:00:00Z \
    --requests-per-minute 1000000 --exports-per-minute 1000000 --users-per-minute 1000000 >"$directory/simulator" 2>&1 &
simulator=$!
for _ in $(seq 300); do
    [ -s "$directory/port" ] && break
    kill -0 "$simulator" 2>/dev/null || { cat "$directory/simulator" >&2; exit 1; }
    sleep 0.1
done

mkdir "$directory/work"
# Valgrind 3.19 ends at DWARF 5 in debug information.
strip --strip-debug -o "$directory/hot-paths" "$binaries/hot-paths"
machine="$(uname -srm), $(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), \
$(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1e6 }' /proc/meminfo)"
"$binaries/bench" --simulator "http://127.0.0.1:$(cat "$directory/port")" --tickets "$tickets" \
    --directory "$directory/work" --postgres "postgresql://postgres@127.0.0.1:$postgres_port/postgres" \
    --mock-broker "$binaries/mock-broker" --deskpipe .build/release/deskpipe --hot-paths "$directory/hot-paths" \
    --simulator-program .build/release/zendesk-simulator --machine "$machine" \
    --json "$json" --markdown Benchmarks/results/latest.md "${arguments[@]}"
