from __future__ import annotations

import pytest

from kiwerk.edit.signers import insert_signer
from kiwerk.load.source import decode_source

NEW = '{name: ci, ed25519: "abc="}'
HEAD = "kind: Environment\n"


def insert(text: str) -> str | None:
    source, _ = decode_source(text.encode(), "agents/environments/staging.yaml")
    assert source is not None
    return insert_signer(source, "ci", "abc=")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("signers: []\n", f"signers: [{NEW}]\n"),
        ("signers: [ ]   # nobody\n", f"signers: [{NEW} ]   # nobody\n"),
        ("signers:\n", f"signers: [{NEW}]\n"),
        ("signers: null # later\n", f"signers: [{NEW}] # later\n"),
        ("signers: [{name: a, ed25519: b}]\n", f"signers: [{{name: a, ed25519: b}}, {NEW}]\n"),
        ("signers: [{name: a, ed25519: b},]\n", f"signers: [{{name: a, ed25519: b}}, {NEW},]\n"),
        ("signers:\n- {name: a, ed25519: b}\n", f"signers:\n- {{name: a, ed25519: b}}\n- {NEW}\n"),
        (
            "signers:\n    -   name: a   # mine\n        ed25519: 'b'  # his\n",
            f"signers:\n    -   name: a   # mine\n        ed25519: 'b'  # his\n    - {NEW}\n",
        ),
        ("", f"signers: [{NEW}]\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_signer_comes_in_and_nothing_else_changes(before: str, after: str, newline: str) -> None:
    tail = '# the gate\npolicy:   "standard"   # quoted\n'
    expected = (HEAD + after + tail).replace("\n", newline)
    assert insert((HEAD + before + tail).replace("\n", newline)) == expected


def test_last_line_without_an_end_gets_one() -> None:
    assert insert(f"{HEAD}policy: standard\nsigners:\n  - {{name: a, ed25519: b}}") == (
        f"{HEAD}policy: standard\nsigners:\n  - {{name: a, ed25519: b}}\n  - {NEW}\n"
    )
    assert insert("{kind: Environment, policy: standard}") == (
        f"{{kind: Environment, policy: standard, signers: [{NEW}]}}"
    )


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}allowed_regions: &some []\nsigners: *some\n",
        f"{HEAD}signers:\n  -\n    name: a\n    ed25519: b\n",
        "- a\n",
    ],
)
def test_what_cannot_be_edited_safely_is_left_alone(text: str) -> None:
    assert insert(text) is None
