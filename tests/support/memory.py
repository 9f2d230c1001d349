"""How much memory a program of a test takes at most."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MIB = 1024 * 1024

_TELL = """
import re, resource, sys
if sys.platform == "linux":
    # not ru_maxrss: it remembers the process that started this one
    print(int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) * 1024)
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak if sys.platform == "darwin" else peak * 1024)
"""


def measure_peak(program: str, text: str = "") -> int:
    """Largest resident size of a Python program, in bytes.

    Args:
        program: its source, which prints nothing.
        text: its standard input.
    """
    done = subprocess.run(
        [sys.executable, "-c", program + _TELL],
        input=text,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=120,
    )
    return int(done.stdout)
