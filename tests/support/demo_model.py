"""A model to look around with, for `make demo-model`: on this machine alone, it answers as the references do.

As a judge it is content with everything.

`python -m tests.support.demo_model [--port 8799]` prints what to export, and serves until Ctrl-C. It knows the
repository as it was at its start.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
from pathlib import Path

from kiwerk.language.phrase import count
from tests.support.loop import content_judges_of, playbooks_of
from tests.support.openai_server import serve


def main() -> None:
    """Serves the references of the current folder's suites until the process is ended."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, default=8799)
    options = parser.parse_args()
    playbooks = playbooks_of(Path.cwd())
    books = [*playbooks, *content_judges_of(Path.cwd())]
    with serve({"playbooks": books}, port=options.port) as server, contextlib.suppress(KeyboardInterrupt):
        print(f"# {count(len(playbooks), 'case')} known; Ctrl-C ends. Paste this into another terminal:")
        print(f"export KIWERK_BASE_URL={server.base_url}")
        print("export KIWERK_API_KEY=demo", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
