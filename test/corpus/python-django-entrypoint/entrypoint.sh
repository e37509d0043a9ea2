#!/bin/sh
set -e

tries=0
until nc -z "${DB_HOST:-db}" "${DB_PORT:-5432}"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 60 ]; then
        echo "no database after a minute, giving up" >&2
        exit 1
    fi
    sleep 1
done

if [ "${MIGRATE:-yes}" = yes ]; then
    python manage.py migrate --noinput
fi

exec "$@"
