"""What a Lambda runs in: a process that outlives what its handler throws, how many there are, its files, and what it may answer."""
import functools
import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
import types
import zipfile

from common import need
from ministack.core import lambda_runtime as rt
from ministack.services import lambda_svc

# MiniStack answers Runtime.HandlerError for every throw, so a state machine's Catch on a named error never
# matched, and it ends the process. On AWS errorType is the error's name, and the next call is a warm one.
THROWN = "\u0001thrown\u0001"
THROW = 'status: "ok", result: { "%s": [(%s && %s.name) || "Error", String((%s && %s.message) || %s), (%s && %s.stack) || ""] }'
for old, it in (
    ('status: "error", error: String(err.message || err), trace: err.stack || ""', "err"),
    ('status: "error", error: e.message, trace: e.stack', "e"),
):
    need(old in rt._NODEJS_WORKER_SCRIPT, "the Node worker's error line")
    new = THROW % (THROWN.replace("\u0001", "\\u0001"), *[it] * 7)
    rt._NODEJS_WORKER_SCRIPT = rt._NODEJS_WORKER_SCRIPT.replace(old, new)

LONGEST_ANSWER = 6291556
_warm = lambda_svc._execute_function_warm


@functools.wraps(_warm)
def warm(*a, **k):
    r = _warm(*a, **k)
    body = r.get("body")
    if isinstance(body, dict) and THROWN in body:
        name, message, stack = body[THROWN]
        log = "\n".join(filter(None, [r.get("log", ""), stack]))
        trace = [x.strip() for x in log.splitlines()]
        return {"error": True, "log": log, "body": {"errorType": name, "errorMessage": message, "trace": trace}}
    if r.get("error") and isinstance(body, dict) and body.get("errorMessage") == "Worker process died":
        r["body"] = {"errorType": "Runtime.ExitError", "errorMessage": "Error: Runtime exited with error: signal: killed"}
        return r
    if not r.get("error") and len(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()) > LONGEST_ANSWER:
        return {"error": True, "log": r.get("log", ""), "body": {
            "errorType": "Function.ResponseSizeTooLarge",
            "errorMessage": f"Response payload size exceeded maximum allowed payload size ({LONGEST_ANSWER} bytes)."}}
    return r


lambda_svc._execute_function_warm = warm

# A process for each call of a crowd, such as the events of 300 files that come at once, takes longer to start, on a few cores,
# than a few take to answer them all. A call waits for one of these, and gets a process of its own where they stay busy for
# a minute, as they do when a function calls itself.
ENOUGH, PATIENCE = (os.cpu_count() or 1) + 1, 60
_acquire = lambda_svc.acquire_worker
need("max_concurrency" in _acquire.__code__.co_varnames[:5], "how a worker is found")


def acquire(*a, **k):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        worker, reason = _acquire(*a, **{"max_concurrency": ENOUGH, **k})
        if worker is not None or reason != "func_cap":
            return worker, reason
        time.sleep(0.01)
    return _acquire(*a, **k)


lambda_svc.acquire_worker = acquire

# Each process unpacks its code and its layers, 70 MB with DuckDB. Once will do for all of one archive: no function
# writes to its own code, which on AWS can't be written to.
need("zf.extractall(code_dir)" in open(rt.__file__, encoding="utf-8").read(), "how a worker unpacks its code")
UNPACKED = tempfile.mkdtemp(prefix="unpacked-")
unpacking = threading.Lock()


class Archive(zipfile.ZipFile):
    def extractall(self, path):
        with open(self.filename, "rb") as f:
            once = os.path.join(UNPACKED, hashlib.sha256(f.read()).hexdigest())
        with unpacking:
            if not os.path.isdir(once):
                super().extractall(once + ".part")
                os.rename(once + ".part", once)
        shutil.copytree(once, path, copy_function=os.link, dirs_exist_ok=True)


rt.zipfile = types.SimpleNamespace(ZipFile=Archive, BadZipFile=zipfile.BadZipFile)


# A function that takes more memory than it has is killed. What others measure here is not theirs alone, so only where asked.
def hold(proc, megabytes):
    while proc.poll() is None:
        try:
            with open(f"/proc/{proc.pid}/statm") as f:
                pages = int(f.read().split()[1])
        except (OSError, IndexError):
            return
        if pages * os.sysconf("SC_PAGE_SIZE") > megabytes << 20:
            return proc.kill()
        time.sleep(0.05)


_spawn = rt.Worker._spawn


def spawn(self, *a, **k):
    _spawn(self, *a, **k)
    threading.Thread(target=hold, args=(self._proc, int(self.config.get("MemorySize", 128))), daemon=True).start()


if os.environ.get("AWS_EMU_MEMORY") == "true":
    rt.Worker._spawn = spawn
