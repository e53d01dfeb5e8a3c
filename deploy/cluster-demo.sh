#!/usr/bin/env bash
# The topology of the cluster as processes of this machine, from the environment files of compose.yaml: a broker, a
# PostgreSQL, 2 extractors, 3 loaders, the console and 20 tenants on the simulator. Prints what was loaded by tenant, and
# stops whatever it started. KAFKA_BOOTSTRAP_SERVERS and CLUSTER_DEMO_POSTGRES name servers of your own.
set -euo pipefail
cd "$(dirname "$0")/.."
deploy/packages.sh test

tenants=20
extractors=2
loaders=3
seconds=${CLUSTER_DEMO_SECONDS:-300}
built=.build/debug
for product in deskpipe zendesk-simulator mock-broker; do
    swift build --product "$product" 2>&1 | grep -E 'error|Compiling|Build of' | tail -n 1 || true
    [ -x "$built/$product" ] || { echo "$product was not built" >&2; exit 1; }
done
command -v psql >/dev/null || { echo "psql is needed: apt-get install postgresql-client" >&2; exit 1; }

data=$(mktemp -d "${TMPDIR:-/tmp}/deskpipe-cluster.XXXXXX")
processes=()
stop_database=true
leave() {
    local process
    for process in "${processes[@]}"; do kill -TERM "$process" 2>/dev/null || true; done
    for process in "${processes[@]}"; do wait "$process" 2>/dev/null || true; done
    $stop_database
    rm -rf "$data"
}
trap leave EXIT

free_port() {
    local port
    while port=$(shuf -i 20000-60000 -n 1); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

# What the services of compose.yaml are told, with this machine's addresses.
set -a
. deploy/env/common.env
set +a

if [ -n "${KAFKA_BOOTSTRAP_SERVERS:-}" ]; then
    brokers=$KAFKA_BOOTSTRAP_SERVERS
    export DESKPIPE_NAMESPACE=demo-$(date +%s)
else
    # The mock makes no topic when it is asked to: it is given them.
    sed -nE 's/^ *topicName: (.*)$/\1 12/p' deploy/kubernetes/components/strimzi/topics.yaml >"$data/topics"
    "$built/mock-broker" --port-file "$data/broker.port" --topics-file "$data/topics" >"$data/broker.log" 2>&1 </dev/null &
    processes+=($!)
    for _ in $(seq 100); do [ -s "$data/broker.port" ] && break; sleep 0.1; done
    brokers=$(cat "$data/broker.port")
fi
export DESKPIPE_TRANSPORT=kafka://$brokers

if [ -n "${CLUSTER_DEMO_POSTGRES:-}" ]; then
    database=$CLUSTER_DEMO_POSTGRES
else
    binaries=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    as=()
    if [ "$(id -u)" -eq 0 ]; then
        as=(setpriv --reuid=postgres --regid=postgres --init-groups)
        chown postgres "$data"
        chmod 755 "$data"
    fi
    port=$(free_port)
    (cd / && "${as[@]}" "$binaries/initdb" -D "$data/postgres" -U deskpipe -A trust -E UTF8 --locale=C.UTF-8 >/dev/null)
    (cd / && "${as[@]}" "$binaries/pg_ctl" -D "$data/postgres" -l "$data/postgres.log" -w \
        -o "-p $port -k $data -h 127.0.0.1 -c max_connections=200" start >/dev/null)
    database_stop() { (cd / && "${as[@]}" "$binaries/pg_ctl" -D "$data/postgres" -m fast stop >/dev/null) || true; }
    stop_database=database_stop
    (cd / && "${as[@]}" "$binaries/createdb" -h 127.0.0.1 -p "$port" -U deskpipe warehouse)
    database=postgresql://deskpipe@127.0.0.1:$port/warehouse
fi
export DESKPIPE_DESTINATIONS__WAREHOUSE__URL=$database

"$built/zendesk-simulator" --port 0 --tickets 200 --seed 7 --hold-back 0 --requests-per-minute 60000 \
    --exports-per-minute 6000 --users-per-minute 6000 --audits-per-minute 60000 --client-id demo \
    --client-secret demo-secret --port-file "$data/simulator.port" >"$data/simulator.log" 2>&1 &
processes+=($!)
for _ in $(seq 100); do [ -s "$data/simulator.port" ] && break; sleep 0.1; done
zendesk=http://127.0.0.1:$(cat "$data/simulator.port")

{
    echo "connections:"
    for number in $(seq -w "$tenants"); do
        echo "  - tenant: tenant-$number"
        echo "    id: support"
        echo "    name: Tenant $number"
        echo "    source: zendesk-support"
        echo "    subdomain: tenant-$number"
        echo "    endpoint: $zendesk"
        echo "    auth: { type: oauth_client_credentials, client_id: env:ZENDESK_CLIENT_ID, client_secret: env:ZENDESK_CLIENT_SECRET }"
        echo "    streams: { exclude: [ticket_audits] }"
    done
} >"$data/connections.yaml"

deskpipe=$PWD/$built/deskpipe
[ -z "${KAFKA_BOOTSTRAP_SERVERS:-}" ] || "$deskpipe" topics apply --config deploy/env/deskpipe.yaml
"$deskpipe" apply --config "$data/connections.yaml" | sed -n '1p;$p'

start() { # SERVICE NUMBER: with the secrets of its service alone
    (
        set -a
        . "deploy/env/$1.env"
        DESKPIPE_HEALTH__LISTEN=127.0.0.1:$(free_port)
        [ "$1" != console ] || DESKPIPE_CONSOLE__LISTEN=127.0.0.1:$console
        set +a
        exec "$deskpipe" "$1" --config deploy/env/deskpipe.yaml --log-format json --log-level info
    ) >"$data/$1-$2.out" 2>"$data/$1-$2.log" &
    processes+=($!)
}
for number in $(seq "$loaders"); do start loader "$number"; done
for number in $(seq "$extractors"); do start extractor "$number"; done
console=$(free_port)
start console 1
echo "$extractors extractors, $loaders loaders, $tenants tenants; logs are in $data until the end"
echo "the console is at http://127.0.0.1:$console/; its operator's token stands in deploy/env/console.env"

loads() { # of all tenants whose schema has a finished batch
    local number text=""
    for number in $(seq -w "$tenants"); do
        schema=tenant_$number
        [ -n "$(psql -AtX "$database" -c "SELECT to_regclass('$schema._deskpipe_loads')")" ] || continue
        text+="${text:+ UNION ALL }SELECT '$schema' AS tenant, count(DISTINCT table_name) AS tables, sum(rows_loaded) AS rows, \
sum(rows_rejected) AS rejected, count(*) AS loads FROM $schema._deskpipe_loads"
    done
    echo "$text"
}
ended=0
for _ in $(seq "$seconds"); do
    sleep 1
    ended=$({ cat "$data"/extractor-*.log | grep -o '"pipeline.run.status":"succeeded"' || true; } | wc -l)
    [ "$ended" -ge "$tenants" ] && break
done
for _ in $(seq 60); do
    before=${after:-}
    query=$(loads)
    after=$([ -z "$query" ] || psql -AtX "$database" -c "SELECT sum(rows), count(*) FROM ($query) AS t")
    [ "$(cut -d '|' -f 2 <<<"$after")" = "$tenants" ] && [ "$after" = "$before" ] && break
    sleep 6 # longer than batch.age
done

# What the console says of them.
token=$(sed -n 's/^CONSOLE_OPERATOR_TOKEN=//p' deploy/env/console.env)
python3 - "http://127.0.0.1:$console/api/v1/connections" "$token" <<'STATES'
import collections, json, sys, urllib.request
request = urllib.request.Request(sys.argv[1], headers={"Authorization": f"Bearer {sys.argv[2]}"})
with urllib.request.urlopen(request, timeout=30) as answer:
    states = collections.Counter(row["standing"] for row in json.load(answer)["connections"])
print("the console shows", ", ".join(f"{count} {state}" for state, count in states.most_common()))
STATES

echo
psql -X --pset=footer=off "$database" -c "SELECT * FROM ($(loads)) AS by_tenant ORDER BY tenant"
if [ "$(cut -d '|' -f 2 <<<"$after")" != "$tenants" ] || [ "$ended" -lt "$tenants" ]; then
    echo "only $ended runs succeeded; the last lines of each service:" >&2
    tail -n 2 "$data"/*.log >&2
    exit 1
fi
