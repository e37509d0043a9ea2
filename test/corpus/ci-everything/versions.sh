#!/bin/bash
for tool in go node terraform kubectl; do
	printf '%-12s %s\n' "$tool" "$(command -v "$tool" || echo missing)"
done
