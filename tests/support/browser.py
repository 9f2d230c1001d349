"""A real Chromium for the tests of pages, driven through Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

# as whoever started the tests has it: what is set outside does not reach a test
NAMED = os.environ.get("KIWERK_CHROMIUM")
IS_CI = "CI" in os.environ
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_chromium() -> str:
    """Path of the browser: what KIWERK_CHROMIUM names, or one on the PATH. Without one, CI fails and others skip."""
    if NAMED:
        return shutil.which(NAMED) or _miss(f"KIWERK_CHROMIUM names {NAMED!r}, which is no program")
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or _miss("there is no Chromium: apt-get install chromium, or name one with KIWERK_CHROMIUM")


def _miss(reason: str) -> NoReturn:
    if IS_CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """The browser, closed at the end."""
    program = find_chromium()
    # Chromium's own sandbox refuses to work for root, as which containers run
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=program, args=arguments)
        except Error as error:
            pytest.fail(f"{program} does not start: {error.message}", pytrace=False)
        try:
            yield browser
        finally:
            browser.close()
