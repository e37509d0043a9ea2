#!/bin/sh
set -eu

if [ "${1#-}" != "$1" ]; then
    set -- redis-server "$@"
fi

umask 077
exec "$@"
