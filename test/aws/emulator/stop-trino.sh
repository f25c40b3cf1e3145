#!/usr/bin/env bash
# Stops the Trino that start-trino.sh started (by its pid).
set -u
R=${TRINO_RUN:-${TRINO_HOME:-$HOME/.cache/tributary-trino}/run}
[ -s "$R/pid" ] || exit 0
p=$(cat "$R/pid")
if ps -o args= -p "$p" 2>/dev/null | grep -q io.trino.server.TrinoServer; then
  kill "$p"
  for _ in $(seq 80); do kill -0 "$p" 2>/dev/null || break; sleep 0.25; done
  kill -9 "$p" 2>/dev/null
fi
rm -f "$R/pid" "$R/url"
