#!/usr/bin/env bash
# Installs (once) and starts the AWS emulator on loopback; prints its endpoint.
#   AWS_EMU_HOME  where it lives     (default ~/.cache/tributary-aws)
#   AWS_EMU_PORT  its port           (default 4566)
#   AWS_EMU_SFTP  its SFTP port      (default port+1)
#   AWS_EMU_AUTH  true: IAM policies are enforced (default true)
#   AWS_EMU_PYTHON  a Python >= 3.10 (default python3)
#   AWS_EMU_ATHENA  trino: Athena's SQL runs on a real Trino (start-trino.sh), else on DuckDB
#   AWS_EMU_TRINO   the run directory of a Trino that several emulators share, started by the first; stop-trino.sh stops it
#   AWS_EMU_MEMORY  true: a function that takes more than its MemorySize is killed
#   AWS_EMU_ECS   a JSON file: task-definition family -> {"command": [...], "cwd": "..."}
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${AWS_EMU_HOME:-$HOME/.cache/tributary-aws}
port=${AWS_EMU_PORT:-4566}
want='ministack==1.5.33 duckdb==2.0.0 cryptography asyncssh==2.24.1'
python=${AWS_EMU_PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { echo "aws-emulator: Python 3.10 or later is missing; AWS_EMU_PYTHON names one" >&2; exit 1; }
"$python" -c 'import ensurepip, venv' 2>/dev/null || { echo "aws-emulator: Python's venv is missing: apt-get install python3-venv" >&2; exit 1; }
mkdir -p "$home"
exec 9>"$home/lock"; flock 9

if [ -f "$home/pid.$port" ] && kill -0 "$(cat "$home/pid.$port")" 2>/dev/null; then
  echo "http://localhost:$port"; exit 0
fi
if [ "$(cat "$home/installed" 2>/dev/null)" != "$want" ]; then
  rm -rf "$home/venv"; "$python" -m venv "$home/venv"
  # shellcheck disable=SC2086
  "$home/venv/bin/pip" install -q $want >&2
  echo "$want" >"$home/installed"
fi

# Nothing of the caller's AWS set-up may leak in, and nothing may listen off loopback.
for v in $(compgen -e | grep -E '^(AWS_(ACCESS|SECRET|SESSION|PROFILE|ENDPOINT|CONFIG|SHARED|ROLE|WEB)|GATEWAY_PORT|EDGE_PORT|USE_SSL|PERSIST_STATE|LOCALSTACK_|MINISTACK_)'); do unset "$v"; done
export GATEWAY_PORT=$port BIND_HOST=127.0.0.1 MINISTACK_HOST=localhost \
  MINISTACK_REGION=${AWS_REGION:-eu-west-2} AWS_DEFAULT_REGION=${AWS_REGION:-eu-west-2} \
  AUTH=${AWS_EMU_AUTH:-true} LAMBDA_EXECUTOR=local IOT_MTLS_ENABLED=0 \
  SFTP_HOST=127.0.0.1 SFTP_PORT=${AWS_EMU_SFTP:-$((port + 1))} TMPDIR=$home/tmp.$port
mkdir -p "$TMPDIR"
if [ "${AWS_EMU_ATHENA:-}" = trino ]; then
  TRINO_RUN=${AWS_EMU_TRINO:-$home/trino.$port}
  TRINO_URL=$(TRINO_RUN=$TRINO_RUN "$here/start-trino.sh" 9>&-)
  export TRINO_URL TRINO_SCRATCH=$TRINO_RUN/scratch
fi
setsid "$home/venv/bin/python" -B "$here/emu.py" >"$home/log.$port" 2>&1 9>&- </dev/null &
pid=$!
echo $pid >"$home/pid.$port"
for _ in $(seq 600); do
  kill -0 $pid 2>/dev/null || { tail -5 "$home/log.$port" >&2; rm -f "$home/pid.$port"; exit 1; }
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null &&
     grep -q 'Running on' "$home/log.$port"; then echo "http://localhost:$port"; exit 0; fi
  sleep 0.05
done
echo "aws-emulator: not ready in 30 s" >&2; kill $pid; rm -f "$home/pid.$port"; exit 1
