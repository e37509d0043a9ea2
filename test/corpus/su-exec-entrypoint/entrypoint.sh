#!/bin/sh
set -eu
: "${PUID:=101}"
chown -R "$PUID" /app/data 2>/dev/null || true
# exec is missing here: signals never reach the program
su-exec "$PUID" "$@"
