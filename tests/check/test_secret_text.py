from __future__ import annotations

import pytest

from kiwerk.check.secret_text import find_secrets, mask_secrets

RANDOM = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlYzE5"
PARTS = {"key": "a1B2c3D4" * 5, "capitals": "A1B2C3D4" * 2}


@pytest.mark.parametrize(
    "secret",
    [
        "sk-" + PARTS["key"],
        "sk-proj-" + PARTS["key"],
        "sk_live_" + PARTS["key"],
        "ghp_" + PARTS["key"],
        "github_pat_" + PARTS["key"],
        "glpat-" + PARTS["key"],
        "xoxb-" + PARTS["key"],
        "AKIA" + PARTS["capitals"],
        "AIza" + PARTS["key"][:35],
        "hf_" + PARTS["key"],
        f"eyJ{PARTS['key']}.eyJ{PARTS['key']}.{PARTS['key']}",
    ],
)
@pytest.mark.parametrize("around", ["{}", "Nimm {}, bitte", '"{}"', "wert: {}", "[{}]"])
def test_issued_secret_is_found_and_masked(secret: str, around: str) -> None:
    text = around.format(secret)
    (found,) = find_secrets(text)
    assert text[found.start : found.end] == secret
    masked = mask_secrets(text)
    assert len(masked) == len(text)
    assert secret[4:] not in masked
    assert masked.count("*") == len(secret) - 4


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("password: hunter2x", "hunter2x"),
        ('{"api_key": "A1b2C3d4"}', "A1b2C3d4"),
        ("Passwort: Sommer2026!", "Sommer2026!"),
        ("access-key = a1b2c3d4", "a1b2c3d4"),
        ("postgres://app:geheim@db.example/x", "geheim"),
        ("Authorization: Bearer abcdef0123456789abcdef", "abcdef0123456789abcdef"),
        (f"signing key {RANDOM}", RANDOM),
        ("Der Schlüssel: 9f86d081884c7d659a2feaa0c55ad015", "9f86d081884c7d659a2feaa0c55ad015"),
        ("a -----BEGIN PRIVATE KEY-----\nMIIa\n-----END PRIVATE KEY-----", "BEGIN PRIVATE KEY-----\nMIIa\n"),
    ],
)
def test_secret_is_masked_beside_the_word_that_names_it(text: str, secret: str) -> None:
    assert len(list(find_secrets(text))) == 1
    masked = mask_secrets(text)
    assert secret not in masked
    assert len(masked) == len(text)


def test_line_from_the_middle_of_a_key_is_masked() -> None:
    assert mask_secrets(f"    {RANDOM}{RANDOM}") == "    " + "*" * 2 * len(RANDOM)


@pytest.mark.parametrize(
    "text",
    [
        f'signers: [{{name: key-ci, ed25519: "{RANDOM[:43]}="}}]',
        f"public_key: {RANDOM}",
        "ships: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "credentials: {api-key: PRODUCTION_API_KEY}",
        "api_key: ${API_KEY}",
        "api_key: <dein Schlüssel>",
        "password: geheim",
        "kennwort: Sonnenblume",
        "max_tokens: 800",
        "token: 2026-12-01T14:30",
        "Das Passwort sagen wir nur persönlich.",
        "sk-...",
        "Kiosk-Betreiberversammlungsprotokoll",
        "parameters: {password: {type: string}}",
        "https://example.org/a:b",
        "key: terminvereinbarung-und-terminaenderung",
    ],
)
def test_what_opens_nothing_is_left_alone(text: str) -> None:
    assert list(find_secrets(text)) == []
    assert mask_secrets(text) == text
