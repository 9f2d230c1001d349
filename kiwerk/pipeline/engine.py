"""Which kiwerk this is: what it finds may change with its code, its libraries and its settings."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

import kiwerk

_LIBRARIES = ("pydantic", "pydantic-core", "pyyaml", "jinja2", "jsonschema", "phonenumberslite", "python-stdnum")
"""What they say stands in findings, or decides about them."""


@cache
def find_engine() -> str:
    """SHA-256 of kiwerk's own files and the versions of what it stands on, in hexadecimal.

    The files rather than kiwerk's version: whoever changes a rule expects the next run to know.
    """
    found = hashlib.sha256(sys.version.encode())
    for name in _LIBRARIES:
        found.update(f"\n{name} {version(name)}".encode())
    package = Path(kiwerk.__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix != ".pyc" and path.is_file():
            content = path.read_bytes()
            found.update(f"\n{path.relative_to(package).as_posix()} {len(content)}\n".encode())
            found.update(content)
    return found.hexdigest()
