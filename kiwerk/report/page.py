"""One self-contained page: no network, no font, no image from elsewhere, and only our own script and style.

The content security policy names both by their digest. What is filled in is escaped by Jinja; what a script adds to
the page is text, which `require-trusted-types-for` makes sure of where the browser knows it.

Policy: Content Security Policy Level 3, https://www.w3.org/TR/CSP3/
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kiwerk.report.cells import show_character

if TYPE_CHECKING:
    from collections.abc import Sequence

_FOLDER = "html"
_STYLE = "page.css"
_SCRIPT = "page.js"
# the characters that `show_character` writes as numbers, but for line breaks and tabs
_HIDDEN = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
)


def render_page(
    template: str, values: dict[str, Any], *, scripts: Sequence[str] = (), may_connect: bool = False
) -> str:
    """The page as text.

    Args:
        template: file in `kiwerk/report/html/` that extends `base.html`.
        values: what the template asks for.
        scripts: files in the same folder that run after `page.js`.
        may_connect: whether its scripts may ask the server that it came from.
    """
    style = _read(_STYLE)
    sources = [_read(name) for name in (_SCRIPT, *scripts)]
    policy = "; ".join(
        [
            "default-src 'none'",
            f"style-src {_hash(style)}",
            f"script-src {' '.join(map(_hash, sources))}",
            *(["connect-src 'self'"] if may_connect else []),
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )
    # our own files, the only ones that are written unescaped
    own = {"style": Markup(style), "scripts": [Markup(source) for source in sources]}  # noqa: S704
    return _environment().get_template(template).render(policy=policy, **own, **values)


def show_prose(text: str) -> str:
    """The text with what cannot be seen, or would turn others around, by its number; lines and tabs stay."""
    return _HIDDEN.sub(lambda match: show_character(match[0], 0), text.replace("\r\n", "\n"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("kiwerk.report", _FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = show_prose
    return environment


@cache
def _read(name: str) -> str:
    return (files("kiwerk.report") / _FOLDER / name).read_text(encoding="utf-8")


def _hash(source: str) -> str:
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    return f"'sha256-{digest}'"
