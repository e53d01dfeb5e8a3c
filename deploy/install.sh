#!/usr/bin/env bash
# Installs the release binary with its sample, shell completion, documents and systemd unit.
# Usage: install.sh [--binary FILE] [--prefix /usr/local] [--destdir DIR]
set -euo pipefail
cd "$(dirname "$0")/.."

binary=.build/release/deskpipe
prefix=/usr/local
destdir=
while [ $# -gt 0 ]; do
    case "$1" in
        --binary) binary=$2 ;;
        --prefix) prefix=$2 ;;
        --destdir) destdir=$2 ;;
        *) echo "unknown argument $1" >&2; exit 2 ;;
    esac
    shift 2
done
[ -x "$binary" ] || { echo "$binary is not there; run make build first" >&2; exit 1; }

to=$destdir$prefix
install -D -m 755 "$binary" "$to/bin/deskpipe"
install -D -m 644 deploy/deskpipe.yaml "$to/share/doc/deskpipe/deskpipe.yaml"
install -D -m 644 deploy/runtime-packages.txt "$to/share/doc/deskpipe/runtime-packages.txt"
for page in docs/*.md; do install -D -m 644 "$page" "$to/share/doc/deskpipe/$(basename "$page")"; done
install -d "$to/share/bash-completion/completions" "$to/share/zsh/site-functions" "$to/share/fish/vendor_completions.d"
"$binary" --generate-completion-script bash >"$to/share/bash-completion/completions/deskpipe"
"$binary" --generate-completion-script zsh >"$to/share/zsh/site-functions/_deskpipe"
"$binary" --generate-completion-script fish >"$to/share/fish/vendor_completions.d/deskpipe.fish"
install -d "$to/lib/systemd/system"
sed "s|@PREFIX@|$prefix|g" deploy/systemd/deskpipe.service >"$to/lib/systemd/system/deskpipe.service"

cat <<TEXT
Installed $prefix/bin/deskpipe. It needs these packages of Debian:
  $(tr '\n' ' ' <deploy/runtime-packages.txt)
As a service: cp $prefix/share/doc/deskpipe/deskpipe.yaml /etc/deskpipe/deskpipe.yaml, edit it, then
  useradd --system --home-dir /var/lib/deskpipe --shell /usr/sbin/nologin deskpipe
  systemctl enable --now deskpipe
docs/operations.md, "One machine", says where its secrets go.
TEXT
