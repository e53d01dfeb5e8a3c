#!/usr/bin/env bash
# Installs the Debian packages that building or testing needs, or prints the one command that does.
# Usage: packages.sh build|demo|test|bench|browser
set -euo pipefail

packages=(librdkafka-dev libpq-dev libsqlite3-dev zlib1g-dev pkg-config)
case "${1:-build}" in
    demo) packages+=(sqlite3) ;;
    test) packages+=(postgresql-15 kcat python3 python3-pip) ;;
    bench) packages+=(postgresql-15 valgrind binutils) ;;
    browser) packages=(chromium fonts-dejavu-core) ;;
esac

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ]; then
    echo "Installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
    echo "Some packages are missing. Run this once, then start again:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
fi
