#!/usr/bin/env bash
# Builds and runs every test with a PostgreSQL of its own; the tests start their brokers and simulators themselves.
# Usage: run.sh [--warnings-as-errors] [--filter REGEX]
set -euo pipefail
cd "$(dirname "$0")/.."

test=()
while [ $# -gt 0 ]; do
    case "$1" in
        --warnings-as-errors) export DESKPIPE_TEST_WARNINGS_AS_ERRORS=1 ;;
        --filter) test+=(--filter "$2"); shift ;;
        *) echo "unknown argument $1" >&2; exit 2 ;;
    esac
    shift
done

deploy/packages.sh test
deploy/packages.sh browser || echo "No package archive gave chromium: the tests of the console in a browser are skipped"
swift build --build-tests

directory=$(mktemp -d "${TMPDIR:-/tmp}/deskpipe-test.XXXXXX")
trap 'rm -rf "$directory"' EXIT
if [ -z "${DESKPIPE_TEST_POSTGRES:-}" ]; then
    # shellcheck source=postgres.sh
    . Tests/postgres.sh
    trap 'stop_postgres "$directory"; rm -rf "$directory"' EXIT
    start_postgres "$directory" -c fsync=off -c max_connections=500
    export DESKPIPE_TEST_POSTGRES="postgresql://postgres@127.0.0.1:$postgres_port/postgres"
fi
[ -n "${KAFKA_BOOTSTRAP_SERVERS:-}" ] ||
    echo "KAFKA_BOOTSTRAP_SERVERS names no Kafka: tests of isolation, fencing, compaction and persistence are skipped"

# The views over files, and the page about them, are tried in DuckDB itself, manifests with their schemas, the console's
# pages with Playwright and axe-core: kept with what is built.
python=$PWD/.build/python
export PYTHONPATH="$python${PYTHONPATH:+:$PYTHONPATH}"
# module, package, and what is skipped without it
while read -r module package purpose; do
    python3 -c "import $module" 2>/dev/null && continue
    echo "Installing $module for python3 into .build/python"
    # --target leaves the system's own packages alone, so Debian's pip allows it.
    if ! python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --retries 2 \
        --only-binary :all: --upgrade --target "$python" "$package" || ! python3 -c "import $module"; then
        echo "No package index gave $module: $purpose are skipped"
    fi
done <<'MODULES'
duckdb duckdb>=1.1,<3 the tests that read files with it
kubernetes_validate kubernetes-validate>=1.34,<2 the tests of manifests
playwright playwright>=1.50,<2 the tests of the console in a browser
axe_playwright_python axe-playwright-python>=0.1,<1 the tests of the console in a browser
MODULES

# Tests that wait for processes overlap; all of them at once make each other late. Scenes have a gate of their own, so that the
# others are not kept waiting by those that wait there.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${DESKPIPE_TEST_WIDTH:-120}
status=0
swift test --skip-build "${test[@]}" 2>&1 | tee "$directory/output" || status=$?
if [ "$status" -ne 0 ]; then
    # What failed, again, so that the end of a long output says it.
    grep -aE '^✘|^error:|Fatal error' "$directory/output" | grep -av '^✘ Test run' | cut -c 1-600 | tail -n 60
    grep -a 'Test run with' "$directory/output" | tail -n 1
fi
exit "$status"
