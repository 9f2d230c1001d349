from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support import browser


@pytest.fixture(autouse=True)
def _no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "NAMED", None)
    monkeypatch.setattr(browser, "IS_CI", False)


def test_without_a_browser_a_developer_skips_and_reads_why() -> None:
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        browser.find_chromium()


def test_without_a_browser_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "IS_CI", True)
    with pytest.raises(pytest.fail.Exception, match="there is no Chromium"):
        browser.find_chromium()


@pytest.mark.skipif(os.name == "nt", reason="programs are marked by their mode")
def test_named_browser_goes_before_those_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("chromium", "eigener"):
        (tmp_path / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    assert browser.find_chromium() == str(tmp_path / "chromium")
    monkeypatch.setattr(browser, "NAMED", str(tmp_path / "eigener"))
    assert browser.find_chromium() == str(tmp_path / "eigener")
    monkeypatch.setattr(browser, "NAMED", str(tmp_path / "fehlt"))
    with pytest.raises(pytest.skip.Exception, match="which is no program"):
        browser.find_chromium()
