#!/bin/bash
set -e
psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<-SQL
	CREATE ROLE reader LOGIN PASSWORD 'changeme';
	GRANT pg_read_all_data TO reader;
SQL
