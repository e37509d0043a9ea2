#!/bin/sh

echo "starting ${ROLE:-worker}"

if [ "$ROLE" = "beat" ]; then
    celery -A worker beat --loglevel=info
elif [ "$ROLE" = "flower" ]; then
    celery -A worker flower --port=5555
else
    celery -A worker worker --loglevel=info --concurrency=${CONCURRENCY:-4}
fi
