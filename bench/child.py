"""A process, measured from outside."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import struct_rusage


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    code: int
    wall: float
    """Seconds, interpreter start included."""
    cpu: float
    """Seconds, user and system."""
    peak: float
    """Megabytes (10^6 bytes) of resident memory at most."""
    output: str
    errors: str


def measure(command: Sequence[str], environment: Mapping[str, str], folder: Path, timeout: float) -> Usage:
    """Run to its end in ``folder``. A process that takes longer than ``timeout`` seconds is ended: its code is -9.

    ``ru_maxrss`` begins at what the parent had resident when it forked, so this process must stay smaller than what
    it measures (getrusage(2), "the resource usage metrics are preserved across an execve(2)").
    """
    with (folder / "stdout").open("w+") as output, (folder / "stderr").open("w+") as errors:
        began = time.monotonic()
        process = subprocess.Popen(  # noqa: S603  # commands of bench.clients
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        status, used = _wait(process, began + timeout)
        wall = time.monotonic() - began
        output.seek(0)
        errors.seek(0)
        return Usage(
            code=status,
            wall=wall,
            cpu=used.ru_utime + used.ru_stime,
            peak=used.ru_maxrss * 1024 / 1e6,
            output=output.read(),
            errors=errors.read(),
        )


def _wait(process: "subprocess.Popen[bytes]", deadline: float) -> tuple[int, struct_rusage]:
    # wait4 rather than process.wait: only it tells what this one child used
    pause = 0.002
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, used
        if time.monotonic() > deadline:
            process.kill()
            deadline = float("inf")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)


def last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
