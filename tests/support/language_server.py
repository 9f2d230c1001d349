"""The YAML language server as an editor talks to it: Language Server Protocol 3.17 over standard input and output."""

from __future__ import annotations

import hashlib
import json
import queue
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).parents[1] / "data" / "yaml-language-server"
SECONDS = 30
"""Longer than any answer takes on a busy machine."""


def install(cache: Path) -> Path:
    """The program, pinned with all it needs by hashes, installed below the folder; where it cannot be, tests skip."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    lock = (PACKAGE / "package-lock.json").read_bytes()
    folder = cache / hashlib.sha256(lock).hexdigest()[:16]
    if not folder.exists():
        new = Path(tempfile.mkdtemp(dir=cache))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PACKAGE / name, new)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=new, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            assert "EINTEGRITY" not in done.stderr, done.stderr
            pytest.skip(f"npm cannot install the server: {done.stderr.strip().splitlines()[0]}")
        try:
            new.rename(folder)
        except OSError:  # another worker was faster
            shutil.rmtree(new)
    return folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"


class Editor:
    """An editor with one folder open."""

    def __init__(self, process: subprocess.Popen[bytes], root: Path, settings: dict[str, Any]) -> None:
        self._process = process
        self._root = root
        self._settings = settings
        self._messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self._count = 0
        threading.Thread(target=self._read, daemon=True).start()
        folder = {"uri": root.as_uri(), "name": root.name}
        abilities = {"workspace": {"configuration": True, "workspaceFolders": True}}
        opened = {"processId": None, "rootUri": root.as_uri(), "workspaceFolders": [folder], "capabilities": abilities}
        self.request("initialize", opened)
        self._send({"method": "initialized", "params": {}})
        self._send({"method": "workspace/didChangeConfiguration", "params": {"settings": {"yaml": settings}}})

    def open(self, path: str, text: str) -> list[dict[str, Any]]:
        """What is underlined in a file as soon as it is open."""
        uri = (self._root / path).as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        while True:
            message = self._receive()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                found: list[dict[str, Any]] = message["params"]["diagnostics"]
                return found

    def ask(self, what: str, path: str, line: int, character: int) -> Any:
        """The answer to `hover` or `completion` at a place, both from 0."""
        place = {"line": line, "character": character}
        return self.request(
            f"textDocument/{what}", {"textDocument": {"uri": (self._root / path).as_uri()}, "position": place}
        )

    def request(self, method: str, params: dict[str, Any]) -> Any:
        """The result of a request."""
        self._count += 1
        number = self._count
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def _receive(self) -> dict[str, Any]:
        """The next message; what the server asks for is answered on the way."""
        message = self._messages.get(timeout=SECONDS)
        if message.get("method") == "workspace/configuration":
            result = [self._settings if item.get("section") == "yaml" else {} for item in message["params"]["items"]]
            self._send({"id": message["id"], "result": result})
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": None})
        return message

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while line := stream.readline():
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
            elif not line.strip():
                self._messages.put(json.loads(stream.read(length)))


@contextmanager
def open_editor(program: Path, root: Path, settings: dict[str, Any]) -> Iterator[Editor]:
    """An editor with the folder open and the server's `yaml` settings; the server ends with it."""
    process = subprocess.Popen(
        ["node", str(program), "--stdio"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=root,
    )
    with process:
        try:
            yield Editor(process, root, settings)
        finally:
            process.kill()
