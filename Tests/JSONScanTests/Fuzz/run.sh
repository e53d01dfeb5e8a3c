#!/usr/bin/env bash
# Feeds the scanner with mutated documents under AddressSanitizer. Usage: run.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/../../.."

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
swiftc -sanitize=fuzzer,address -parse-as-library -O -package-name deskpipe \
    Shared/JSONScan/*.swift Tests/JSONScanTests/Fuzz/ScannerFuzz.swift -o "$build/fuzz"
mkdir "$build/corpus"
"$build/fuzz" "$build/corpus" -max_total_time="${1:-60}" -max_len=4096 -print_final_stats=1
