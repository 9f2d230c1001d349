"""Every page is one file that runs our own script alone."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

from kiwerk.report.cells import show_character
from kiwerk.report.comparison_page import format_comparison_page as page
from kiwerk.report.page import render_page, show_prose
from tests.support.comparisons import HOSTILE
from tests.support.comparisons import make_case as case
from tests.support.comparisons import make_comparison as compare


class Outline(HTMLParser):
    """Collects the tags of a page, with what its scripts and styles hold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.sources: dict[str, list[str]] = {"script": [], "style": []}
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag if tag in self.sources and "type" not in dict(attrs) else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.sources[self._inside].append(data)


def read_policy(outline: Outline) -> dict[str, str]:
    [content] = [
        attributes["content"] or ""
        for tag, attributes in outline.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    return dict(part.strip().split(" ", 1) for part in content.split(";"))


def digest(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def test_policy_names_our_scripts_and_style_and_nothing_else() -> None:
    outline = Outline(page(compare(case("a/b#c"))))
    policy = read_policy(outline)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"].split() == [digest(source) for source in outline.sources["script"]]
    assert policy["style-src"].split() == [digest(source) for source in outline.sources["style"]]
    assert "connect-src" not in policy


def test_page_names_no_address_outside_itself() -> None:
    outline = Outline(page(compare(case("a/b#c"))))
    addresses = [
        value
        for _, attributes in outline.tags
        for name, value in attributes.items()
        if name in ("src", "href", "action")
    ]
    assert addresses
    assert all((value or "").startswith("#") for value in addresses)
    assert not re.search(r"https?://|@import|url\(", "".join(outline.sources["style"]))


def test_no_attribute_holds_script_or_style() -> None:
    outline = Outline(page(compare(case("a/b#c"))))
    names = {name for _, attributes in outline.tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name == "style"]


def test_nothing_that_was_said_becomes_a_tag() -> None:
    harmless = Outline(page(compare(case("a/b#c"), said="x"))).tags
    for said in HOSTILE:
        hostile = Outline(page(compare(case("a/b#c", said=said), said=said))).tags
        assert [tag for tag, _ in hostile] == [tag for tag, _ in harmless], said[:50]


def test_same_comparison_is_the_same_page() -> None:
    assert page(compare(case("a/b#c"))) == page(compare(case("a/b#c")))


def test_what_cannot_be_seen_is_shown_by_its_number_but_for_lines_and_tabs() -> None:
    for number in range(0x110000):
        sign = chr(number)
        if sign in "\n\t":
            assert show_prose(sign) == sign
        else:
            assert show_prose(sign) == show_character(sign, 0)


def test_page_that_follows_a_run_may_ask_its_own_server() -> None:
    text = render_page("base.html", {"title": "x"}, may_connect=True)
    assert read_policy(Outline(text))["connect-src"] == "'self'"
