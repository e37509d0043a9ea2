#!/bin/sh
set -eu
while true; do
    rsync -a --delete "rsync://${MIRROR_HOST}/pub/" /home/mirror/pub/
    sleep "${MIRROR_INTERVAL:-3600}"
done
