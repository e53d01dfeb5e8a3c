#!/usr/bin/env bash
# Prints figures of extractor replicas, with release binaries: 300 connections on three of them, one killed, one added,
# one stopped (hand-over times, who has how many, the longest times between two runs of a connection), and 10,000 idle
# connections in one (memory of each, processor time). On a mock broker, or the Kafka that KAFKA_BOOTSTRAP_SERVERS names.
# Usage: replicas.sh [CONNECTIONS]
set -euo pipefail
cd "$(dirname "$0")/.."
deploy/packages.sh test
for product in deskpipe mock-broker; do swift build -c release --product "$product" >&2; done
swift build --build-tests >&2
export DESKPIPE_TEST_PRODUCTS=$PWD/.build/release
export DESKPIPE_TEST_REPLICA_CONNECTIONS=${1:-300} DESKPIPE_TEST_IDLE_CONNECTIONS=10000
swift test --skip-build --filter 'EndToEnd.(HandOverTests|IdleTests)'
