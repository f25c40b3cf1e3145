#!/usr/bin/env bash
# Stops the emulator that start.sh started on AWS_EMU_PORT, its workers, and its Trino if it has one; what they kept goes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${AWS_EMU_HOME:-$HOME/.cache/tributary-aws}
port=${AWS_EMU_PORT:-4566}
f=$home/pid.$port
if [ -f "$f" ]; then
  pid=$(cat "$f")
  if kill "$pid" 2>/dev/null; then
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
  fi
  rm -f "$f"
fi
TRINO_RUN=$home/trino.$port "$here/stop-trino.sh"
rm -rf "$home/trino.$port" "$home/tmp.$port" "$home/log.$port"
