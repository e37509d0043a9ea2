#!/usr/bin/env bash
set -euo pipefail

case "${1:-}" in
  server)  exec java ${JAVA_OPTS:-} -jar /app.jar ;;
  migrate) java -cp /app.jar com.example.Migrate ;;
  *)       exec "$@" ;;
esac
