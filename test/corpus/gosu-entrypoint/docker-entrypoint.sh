#!/bin/sh
set -e
if [ "$(id -u)" = 0 ]; then
    chown -R mosquitto /mosquitto/data
    exec gosu mosquitto "$0" "$@"
fi
exec "$@"
