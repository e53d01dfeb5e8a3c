#!/usr/bin/env bash
# Feeds what reads input from outside with mutated inputs, under AddressSanitizer and with all checks of the standard
# library, and prints a table. An input that breaks an invariant is kept in Tests/Fuzz/.build/findings/TARGET.
# Usage: run.sh [--seconds N] [--runs N] [--target NAME,NAME]     N seconds, or N executions, of each target
set -euo pipefail
cd "$(dirname "$0")"

seconds=60
runs=
targets=
while [ $# -gt 0 ]; do
    case "$1" in
        --seconds) seconds=$2; shift ;;
        --runs) runs=$2; shift ;;
        --target) targets=${2//,/ }; shift ;;
        *) sed -n '4s/^# //p' "$0" >&2; exit 2 ;;
    esac
    shift
done

../../deploy/packages.sh test
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
fuzzer=$(ls "$resources"/clang/lib/*/libclang_rt.fuzzer_no_main*.a | head -n 1)
# Of C only what reads YAML is compiled.
swift build -c release -Xlinker "$fuzzer" -Xlinker -lstdc++ \
    -Xcc -fsanitize=address,fuzzer-no-link,undefined -Xcc -fsanitize-trap=undefined >&2
# A quarantine that fits the caches, and short stacks of allocations: a third less time for the same checks.
export ASAN_OPTIONS=quarantine_size_mb=16:malloc_context_size=2${ASAN_OPTIONS:+:$ASAN_OPTIONS}
# The runtime's own report of a crash takes half a minute, and libFuzzer makes one.
export SWIFT_BACKTRACE=enable=no
program=.build/release/Fuzz
[ -n "$targets" ] || targets=$("$program")

directory=$(mktemp -d "${TMPDIR:-/tmp}/deskpipe-fuzz.XXXXXX")
trap 'rm -rf "$directory"' EXIT
if [[ " $targets " == *copy* || "$targets" == *copy* ]]; then
    # shellcheck source=../postgres.sh
    . ../postgres.sh
    trap 'stop_postgres "$directory"; rm -rf "$directory"' EXIT
    start_postgres "$directory" -c fsync=off
    export DESKPIPE_FUZZ_POSTGRES="host=127.0.0.1 port=$postgres_port user=postgres dbname=postgres"
fi

bound=(-max_total_time="$seconds")
[ -n "$runs" ] && bound=(-runs="$runs")
printf '%-10s %14s %14s %10s %10s\n' target executions 'executions/s' seconds findings
status=0
for target in $targets; do
    mkdir -p ".build/corpus/$target" ".build/findings/$target"
    arguments=("${bound[@]}" -print_final_stats=1 -artifact_prefix=".build/findings/$target/" -timeout=25 -rss_limit_mb=4096)
    # What waits for a COPY is kept from one execution to the next, which looks like a leak.
    [ "$target" = copy ] && arguments+=(-detect_leaks=0)
    [ -f "Corpus/$target.dict" ] && arguments+=(-dict="Corpus/$target.dict")
    log=$directory/$target.log
    began=$SECONDS
    "$program" "$target" "${arguments[@]}" ".build/corpus/$target" "Corpus/$target" >"$log" 2>&1 || true
    figure() { sed -n "s/^stat::$1: *//p" "$log" | tail -n 1; }
    findings=$(grep -c '^==[0-9]*== \?ERROR: \|^FINDING\|Fatal error:' "$log" || true)
    executions=$(figure number_of_executed_units)
    [ -n "$executions" ] && [ "$findings" -eq 0 ] || status=1
    printf '%-10s %14s %14s %10s %10s\n' "$target" "${executions:--}" "$(figure average_exec_per_sec)" \
        $((SECONDS - began)) "$([ "$findings" -eq 0 ] && echo 0 || echo 1)"
    if [ -z "$executions" ] || [ "$findings" -ne 0 ]; then
        { grep -a '^FINDING\|Fatal error\|ERROR: \|Test unit written' "$log" || tail -n 20 "$log"; } | cut -c 1-400 | head -n 20 >&2
    fi
done
exit "$status"
