#!/bin/bash
LIMIT=$(cat /sys/fs/cgroup/memory/memory.limit_in_bytes)
echo "memory: $LIMIT"
java $JAVA_OPTS -XX:+HeapDumpOnOutOfMemoryError -XX:ParallelGCThreads=8 -jar /app/orders.jar
