#!/usr/bin/env bash
# Everything that can go wrong at once, for a while, with a check of all that Deskpipe promises at the end.
# Usage: chaos.sh [MINUTES] [SEED] [SCALE]. KAFKA_BOOTSTRAP_SERVERS names a real Kafka in place of the mock broker, and
# DESKPIPE_TEST_KAFKA_CONTROL a command that kills and starts its brokers; DESKPIPE_TEST_CHAOS_LOG=embedded or kafka runs on
# one of the two logs alone; docs/reliability.md has more.
set -euo pipefail
cd "$(dirname "$0")/.."
export DESKPIPE_TEST_CHAOS_MINUTES=${1:-5}
if [ -n "${2:-}" ]; then export DESKPIPE_TEST_CHAOS_SEED=$2; fi
if [ -n "${3:-}" ]; then export DESKPIPE_TEST_CHAOS_SCALE=$3; fi
Tests/run.sh --filter 'EndToEnd.ChaosTests'
