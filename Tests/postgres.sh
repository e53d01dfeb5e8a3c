# A PostgreSQL of one's own, for scripts that source this: start_postgres DIRECTORY [OPTIONS], stop_postgres DIRECTORY.
# The port is in postgres_port; what it holds is gone with its directory.
# shellcheck shell=bash

postgres_as=()

start_postgres() {
    local directory=$1
    shift
    postgres_programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    if [ "$(id -u)" -eq 0 ]; then
        postgres_as=(setpriv --reuid=postgres --regid=postgres --init-groups)
        chown postgres "$directory"
    fi
    postgres_port=$(shuf -i 20000-60000 -n 1)
    while (exec 3<>"/dev/tcp/127.0.0.1/$postgres_port") 2>/dev/null; do postgres_port=$(shuf -i 20000-60000 -n 1); done
    (cd / && "${postgres_as[@]}" "$postgres_programs/initdb" -D "$directory/data" -U postgres -A trust -E UTF8 \
        --locale=C.UTF-8 >/dev/null)
    (cd / && "${postgres_as[@]}" "$postgres_programs/pg_ctl" -D "$directory/data" -l "$directory/log" -w \
        -o "-p $postgres_port -k $directory -h 127.0.0.1 $*" start >/dev/null)
}

stop_postgres() {
    (cd / && "${postgres_as[@]}" "$postgres_programs/pg_ctl" -D "$1/data" -m immediate stop >/dev/null) || true
}
