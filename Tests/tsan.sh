#!/usr/bin/env bash
# Runs the tests that need no librdkafka under ThreadSanitizer, in a build of its own (.build/thread), and prints each race.
# Usage: tsan.sh [--filter REGEX]     a run takes minutes, the first one a whole build more
set -euo pipefail
cd "$(dirname "$0")/.."

# librdkafka is not instrumented: what goes through it looks like races. Whole processes are not either.
filter='^(Catalog|Console|ConsoleWeb|Deskpipe|Destinations|Extractor|Failpoints|JSONScan|Loader|Messaging|Model|ServiceRuntime|Simulation)Tests\.|^TransportsTests\.(Embedded|ErrorMapping|LogFile|RetentionRule|TransportURL)'
skipped='PartitionerTests|ManyRowsTests|ReplayTests|BombTests'
while [ $# -gt 0 ]; do
    case "$1" in
        --filter) filter=$2; shift ;;
        *) sed -n '3s/^# //p' "$0" >&2; exit 2 ;;
    esac
    shift
done

deploy/packages.sh test
swift build --build-tests --sanitize thread --scratch-path .build/thread >&2

directory=$(mktemp -d "${TMPDIR:-/tmp}/deskpipe-tsan.XXXXXX")
trap 'rm -rf "$directory"' EXIT
# The compiler that made the tests: another one's sanitizer is another one.
"$(dirname "$(readlink -f "$(command -v swiftc)")")/clang" -shared -fPIC -O1 -Wall -o "$directory/mutex.so" Tests/tsan.c
# Every race is written, also those of processes that tests start, and the tests go on.
export TSAN_OPTIONS="halt_on_error=0:exitcode=0:log_path=$directory/race${TSAN_OPTIONS:+:$TSAN_OPTIONS}"
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${DESKPIPE_TEST_WIDTH:-8}
LD_PRELOAD="$directory/mutex.so" swift test --skip-build --sanitize thread --scratch-path .build/thread \
    --filter "$filter" --skip "$skipped" >"$directory/output" 2>&1 || true
# At a tenth of the speed some tests run out of the time that they set themselves: they are shown, and races decide.
grep -aE '^✘|^error:|Fatal error' "$directory/output" | grep -av '^✘ Test run' | cut -c 1-400 | tail -n 40 || true
status=0
if ! grep -a 'Test run with' "$directory/output"; then
    tail -n 20 "$directory/output"
    status=1
fi
cat "$directory"/race.* 2>/dev/null || true
races=$(cat "$directory"/race.* 2>/dev/null | grep -c '^SUMMARY: ThreadSanitizer' || true)
echo "races: $races"
[ "$races" -eq 0 ] || status=1
exit "$status"
