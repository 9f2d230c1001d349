"""One signer more in an environment's text: exactly these characters come in, and every other stays as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kiwerk.edit.lines import Lines
from kiwerk.edit.order import order_of
from kiwerk.edit.tree import Part, build_tree, find_comments, find_part
from kiwerk.load.document import parse_document
from kiwerk.spec import Environment

if TYPE_CHECKING:
    from kiwerk.load.source import Source

_DASH = re.compile(r"( *)- *")


def insert_signer(source: Source, name: str, public: str) -> str | None:
    """The text with a signer at the end of `signers`; None where that cannot be done without touching the rest."""
    root = build_tree(source)
    entry = find_part(root, ("signers",))
    newline = "\r\n" if "\r\n" in source.text else "\n"
    signer = f'{{name: {name}, ed25519: "{public}"}}'
    if entry is None:
        text = _add_key(root, source.text, f"[{signer}]", newline)
    else:
        text = _add_item(entry.value, source.text, signer, newline)
    return text if text is not None and _says_one_more(source, text, {"name": name, "ed25519": public}) else None


def _add_key(root: Part, text: str, value: str, newline: str) -> str | None:
    """The text with the key `signers`, where its place among the keys is."""
    if root.kind != "mapping":
        return None
    if root.flow:
        end = root.entries[-1].end
        return f"{text[:end]}, signers: {value}{text[end:]}"
    order = order_of(Environment)
    later = order[order.index("signers") + 1 :]
    following = [entry.start for entry in root.entries if entry.key is not None and entry.key.text in later]
    lines = Lines(text)
    place = lines.start_of_comments(lines.start(following[0])) if following else lines.end(root.end)
    before = text[:place] if place == 0 or text[:place].endswith("\n") else text[:place] + newline
    return f"{before}signers: {value}{newline}{text[place:]}"


def _add_item(value: Part, text: str, signer: str, newline: str) -> str | None:
    """The text with an item more in a list, written as the list is."""
    if value.kind == "scalar":
        gap = " " if value.start == value.end else ""
        return f"{text[: value.start]}{gap}[{signer}]{text[value.end :]}"
    if value.kind != "sequence":
        return None
    if value.flow:
        end = value.entries[-1].end if value.entries else text.index("[", value.start) + 1
        return f"{text[:end]}{', ' if value.entries else ''}{signer}{text[end:]}"
    lines = Lines(text)
    last = value.entries[-1]
    dash = _DASH.fullmatch(text[lines.start(last.start) : last.start])
    if dash is None:
        return None
    end = lines.end(last.end)
    gap = "" if text[:end].endswith("\n") else newline
    return f"{text[:end]}{gap}{dash[1]}- {signer}{newline}{text[end:]}"


def _says_one_more(source: Source, text: str, signer: dict[str, str]) -> bool:
    """Whether the new text says what the old one says and one signer more, comments included."""
    before = parse_document(source.text.encode(), source.path)
    after = parse_document(text.encode(), source.path)
    if before.document is None or after.document is None or after.source is None:
        return False
    old, new = before.document.data, after.document.data
    if not isinstance(old, dict) or new != {**old, "signers": [*(old.get("signers") or ()), signer]}:
        return False
    return find_comments(build_tree(source), source.text) == find_comments(build_tree(after.source), text)
