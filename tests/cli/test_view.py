"""`kiwerk view` as a process of its own, asked over real HTTP and looked at in a real browser."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from kiwerk.record import Run
from kiwerk.store import Store
from tests.support.browser import open_browser
from tests.support.example import edit
from tests.support.git import write_commit
from tests.support.loop import Workplace, make_workplace, playbooks_of, serve_references
from tests.support.openai_server import serve


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    place = make_workplace(tmp_path / "repository", capsys)
    write_commit(place.root, {".gitignore": ".kiwerk/\n"}, "Stand von gestern")
    return place


@contextmanager
def view(place: Workplace, *arguments: str) -> Iterator[str]:
    """The address; Ctrl-C at the end, after which the command is fine."""
    command = [sys.executable, "-m", "kiwerk", "view", *arguments, "--no-browser", "--repo", str(place.root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert match, line + process.communicate()[1]
        yield match[0]
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "")


def ask(address: str, host: str | None = None) -> Any:
    request = urllib.request.Request(address, headers={"Host": host} if host else {})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def start(place: Workplace, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kiwerk", "eval", "--base-url", url, "--max-in-flight", "1"]
    return subprocess.Popen([*command, "--repo", str(place.root)], stdout=subprocess.PIPE, text=True)


@contextmanager
def look(address: str) -> Iterator[Page]:
    """The page; the console must stay silent, and nobody else is asked."""
    heard: list[str] = []
    with open_browser() as browser:
        page = browser.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        origin = address.split("#", maxsplit=1)[0]
        page.on("request", lambda request: None if request.url.startswith(origin) else heard.append(request.url))
        page.goto(address)
        page.wait_for_selector("html[data-ready]", state="attached")
        yield page
    assert heard == []


def test_finished_run_is_listed_with_its_judgements_and_shown(place: Workplace) -> None:
    with serve_references(place.root) as url:
        assert place.run("eval", "--base-url", url).code == 0
    with view(place) as address:
        told = ask(f"{address}run.json")
        assert (told["finished"], told["held"]) == (True, 8)
        assert [item["status"] for item in told["conversations"]] == ["passed"] * 8
        shown = ask(f"{address}conversation.json?transcript={told['conversations'][-1]['transcript']}")
        assert shown["head_status"] == "passed"
        assert shown["turns"][0]["number"] == 0
        assert shown["turns"][1]["user_head"]


def test_who_asks_for_another_machine_reads_nothing(place: Workplace) -> None:
    place.run("eval")
    with view(place) as address:
        port = address.rstrip("/").rpartition(":")[2]
        assert ask(f"{address}run.json", f"localhost:{port}")["finished"]
        for host in ("example.org", f"example.org:{port}", "127.0.0.1", "127.0.0.1:1"):
            with pytest.raises(urllib.error.HTTPError) as refused:
                ask(f"{address}run.json", host)
            assert refused.value.code == 421
            refused.value.close()


@pytest.mark.parametrize("path", ["conversation.json", "conversation.json?transcript=../x", "run", ".kiwerk/"])
def test_what_is_not_of_the_run_is_not_found(place: Workplace, path: str) -> None:
    place.run("eval")
    with view(place) as address:
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(address + path)
        assert refused.value.code == 404
        refused.value.close()


def test_without_a_run_it_says_how_to_get_one(place: Workplace) -> None:
    refused = place.run("view", "--no-browser")
    assert refused.code == 2
    assert "There is no run" in refused.err


def test_browser_follows_a_run_until_it_is_finished(place: Workplace) -> None:
    books = playbooks_of(place.root)
    for book in books:
        for step in book["steps"]:
            step["faults"] = [{"delay": 0.5, "times": None}]
    suite = place.root / "evals/praxis-weber/empfang.yaml"
    with serve({"playbooks": books}) as model:
        edit(suite, "- address: sie", "- address: sie\n      - {id: abschied, contains: Auf Wiederhören}")
        edit(suite, "um 14:30 Uhr ist gebucht.\n", "um 14:30 Uhr ist gebucht. Auf Wiederhören.\n")
        edit(suite, "Dein Termin ist gebucht.", "Dein Termin ist gebucht. Auf Wiederhören.")
        evaluation = start(place, model.base_url)
        try:
            wait_for_run(place.root)
            with view(place) as address, look(address) as page:
                page.wait_for_selector("#state:has-text('Going on')")
                page.wait_for_selector(".row .dot.held")
                page.wait_for_selector("#state:has-text('Finished')", timeout=60_000)
                assert "5 failed" in page.inner_text("#state")
                page.wait_for_selector("#case .score")
                assert "abschied" in page.inner_text("#case .score")
                assert page.locator("#case .turn").count() >= 2
                assert "Nothing more" not in page.inner_text("#case")
                serious = [item for item in Axe().run(page).response["violations"] if item["impact"] != "minor"]
                assert serious == []
                page.click("#statuses [data-status=passed]")
                assert page.inner_text("#found").startswith("3 of 8")
                page.fill("#find", "reference")
                assert page.inner_text("#found").startswith("1 of 8")
                page.click(".row")
                page.wait_for_selector("#case h3:has-text('[reference]')")
                link = page.url
            with view(place) as address, look(address + link[link.index("#") :]) as page:
                page.wait_for_selector("#case h3:has-text('[reference]')")
        finally:
            evaluation.communicate(timeout=60)


def test_base_shows_both_sides(place: Workplace) -> None:
    edit(place.root / "agents/praxis-weber/oeffnungszeiten.yaml", "17:00", "18:00")
    write_commit(place.root, {}, "länger offen")
    place.run("eval")
    with view(place, "--base", "HEAD~1") as address:
        page = urllib.request.urlopen(address, timeout=30).read().decode()  # noqa: S310
    assert "<h1>" in page
    assert "kiwerk diff" in page


def wait_for_run(root: Path) -> Run:
    """The run, once it is there."""
    import time

    for _ in range(600):
        if (root / ".kiwerk" / "store.sqlite3").exists():
            with Store(root, reading=True) as store:
                for run in store.load_runs(1):
                    return run
        time.sleep(0.05)
    pytest.fail("no run began")
