#!/usr/bin/env bash
# A Zendesk account that is simulated, replicated into SQLite by the real program. Stops what it started.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v swift >/dev/null; then
    echo "Swift 6.3 or later is needed: https://www.swift.org/install/linux" >&2
    exit 1
fi
deploy/packages.sh demo

if [ ! -x .build/debug/deskpipe ] || [ ! -x .build/debug/zendesk-simulator ]; then
    echo "Building Deskpipe and the simulator: 5 to 8 minutes on two cores the first time, seconds from then on."
fi
log=$(mktemp)
for product in deskpipe zendesk-simulator; do
    if ! swift build --product "$product" >"$log" 2>&1; then
        cat "$log" >&2
        exit 1
    fi
done
rm -f "$log"

data=data/demo
rm -rf "$data"
mkdir -p "$data"
.build/debug/zendesk-simulator --port 0 --tickets 500 --seed 7 --hold-back 0 \
    --requests-per-minute 20000 --exports-per-minute 600 --users-per-minute 600 --audits-per-minute 12000 \
    --client-id demo --client-secret demo-secret --port-file "$data/simulator.port" >"$data/simulator.log" 2>&1 &
simulator=$!
trap 'kill "$simulator" 2>/dev/null || true; wait "$simulator" 2>/dev/null || true' EXIT
for _ in $(seq 100); do
    [ -s "$data/simulator.port" ] && break
    kill -0 "$simulator" 2>/dev/null || { cat "$data/simulator.log" >&2; exit 1; }
    sleep 0.1
done
port=$(cat "$data/simulator.port")

cat >"$data/deskpipe.yaml" <<YAML
transport: embedded:./$data/log.sqlite
destination: sqlite:./$data/warehouse
connections:
  - tenant: demo
    id: support
    name: Zendesk
    source: zendesk-support
    subdomain: demo
    endpoint: http://127.0.0.1:$port
    auth: { type: oauth_client_credentials, client_id: env:DEMO_CLIENT_ID, client_secret: env:DEMO_CLIENT_SECRET }
YAML

echo "Zendesk is simulated at http://127.0.0.1:$port; replicating it into $data/warehouse"
status=0
DEMO_CLIENT_ID=demo DEMO_CLIENT_SECRET=demo-secret .build/debug/deskpipe run --once --config "$data/deskpipe.yaml" || status=$?
if [ "$status" -eq 0 ]; then
    echo
    echo "The database is $data/warehouse/zendesk.sqlite. Try:"
    echo "  sqlite3 -box $data/warehouse/zendesk.sqlite 'SELECT status, count(*) FROM tickets GROUP BY 1 ORDER BY 2 DESC'"
fi
exit "$status"
