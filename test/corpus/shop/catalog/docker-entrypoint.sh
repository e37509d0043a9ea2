#!/bin/sh
python -m catalog.migrate
celery -A catalog beat &
$@
