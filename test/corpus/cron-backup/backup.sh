#!/bin/bash
set -o pipefail
mysqldump -h "$DB_HOST" -u "$DB_USER" "$DB_NAME" | gzip > "/backup/$(date +%F).sql.gz"
