#!/bin/bash
. /etc/profile
/opt/kafka/bin/kafka-server-start.sh /opt/kafka/config/server.properties
