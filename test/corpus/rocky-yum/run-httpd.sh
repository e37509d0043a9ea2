#!/bin/bash

# a pid file of the last run stops the server from starting
rm -f /run/httpd/httpd.pid

exec /usr/sbin/httpd -DFOREGROUND
