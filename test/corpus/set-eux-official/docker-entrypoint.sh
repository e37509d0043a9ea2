#!/usr/bin/env bash
set -euo pipefail

# a secret may be given as NAME or, by file, as NAME_FILE
from_file() {
	local name="$1" file="${1}_FILE"
	if [[ -z "${!name:-}" && -r "${!file:-}" ]]; then
		export "$name=$(< "${!file}")"
	fi
}

# only options: they are for the server
[[ "${1:-}" != -* ]] || set -- quarry "$@"

if [[ "$1" == quarry && "$EUID" -eq 0 ]]; then
	chown -R quarry: "$QUARRY_DATA"
	exec gosu quarry "$0" "$@"
fi

from_file QUARRY_PASSWORD
for f in /docker-entrypoint-init.d/*.sh; do
	[[ -e "$f" ]] && . "$f"
done

exec "$@"
