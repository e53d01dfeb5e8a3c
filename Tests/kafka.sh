#!/usr/bin/env bash
# Runs the transport's and the end-to-end tests on the Kafka that KAFKA_BOOTSTRAP_SERVERS names (host:port,...), then,
# where DESKPIPE_TEST_KAFKA_CONTROL names a command that is called with `kill N` and `start N`, those that kill its
# brokers. The topics that they make are deleted. docs/kafka.md has more.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -n "${KAFKA_BOOTSTRAP_SERVERS:-}" ] || { echo "set KAFKA_BOOTSTRAP_SERVERS=host:port" >&2; exit 2; }
# A scenario makes some seventy topics; more at a time make a small broker, not Deskpipe, slow.
width=${DESKPIPE_TEST_WIDTH:-12}
env -u DESKPIPE_TEST_KAFKA_CONTROL DESKPIPE_TEST_WIDTH="$width" Tests/run.sh --filter 'TransportsTests|EndToEnd'
if [ -n "${DESKPIPE_TEST_KAFKA_CONTROL:-}" ]; then
    DESKPIPE_TEST_WIDTH=1 Tests/run.sh --filter 'KafkaRestartTests|brokerReturns|longOutage'
else
    echo "DESKPIPE_TEST_KAFKA_CONTROL names no command: tests that kill and start brokers are skipped"
fi
