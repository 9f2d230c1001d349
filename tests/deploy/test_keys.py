from __future__ import annotations

import base64
import logging
import traceback

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiwerk.deploy.keys import (
    _FIELD,
    _SMALL_ORDER,
    SIGNING_KEY,
    format_public_key,
    load_signer,
    make_key_pair,
    parse_public_key,
)
from kiwerk.errors import ExitCode, KiwerkError


def test_a_pair_fits_together() -> None:
    pair = make_key_pair()
    signer = load_signer({SIGNING_KEY: pair.private})
    assert format_public_key(signer) == pair.public
    parse_public_key(pair.public).verify_signature(signer.sign(b"data"), b"data")


def test_each_key_is_one_line_of_44_characters() -> None:
    pair = make_key_pair()
    assert len(pair.private) == len(pair.public) == 44
    assert len(base64.b64decode(pair.private, validate=True)) == 32
    assert pair.private != make_key_pair().private


def test_the_test_vector_of_rfc_8032_holds() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signer = load_signer({SIGNING_KEY: base64.b64encode(seed).decode()})
    assert base64.b64decode(format_public_key(signer)) == public


def test_a_line_break_behind_the_key_does_no_harm() -> None:
    pair = make_key_pair()
    assert format_public_key(load_signer({SIGNING_KEY: f"{pair.private}\n"})) == pair.public


@pytest.mark.parametrize("variables", [{}, {SIGNING_KEY: ""}, {SIGNING_KEY: "  \n"}])
def test_a_missing_key_names_the_command_that_makes_one(variables: dict[str, str]) -> None:
    with pytest.raises(KiwerkError, match=SIGNING_KEY) as caught:
        load_signer(variables)
    assert "kiwerk keys" in str(caught.value.remedy)
    assert caught.value.exit_code == ExitCode.IMPOSSIBLE


KEY_LIKE = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlYw"  # 31 bytes, without padding
PEM = f"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEI{KEY_LIKE}\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    "text",
    [
        KEY_LIKE,
        f"{KEY_LIKE}==",
        PEM,
        KEY_LIKE.encode().hex(),
        f'"{KEY_LIKE}"',
        f"{KEY_LIKE}ä",
        f"{KEY_LIKE[:22]} {KEY_LIKE[22:]}=",
    ],
)
def test_no_trace_of_what_was_in_the_variable_shows(text: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(KiwerkError, match="is not a private key") as caught:
        load_signer({SIGNING_KEY: text})
    shown = "".join(traceback.format_exception(caught.value, chain=True)) + repr(caught.value) + caplog.text
    assert not any(text[start : start + 8] in shown for start in range(len(text) - 8))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_pair_does_not_show_its_private_key() -> None:
    pair = make_key_pair()
    assert pair.private not in repr(pair)
    assert pair.public in repr(pair)


@pytest.mark.parametrize("text", ["<base64 public key>", "", "AAAA", "x" * 44, "d75a980182b10ab7d54bfed3c964073a" * 2])
def test_a_placeholder_is_no_public_key(text: str) -> None:
    with pytest.raises(ValueError, match="is not base64"):
        parse_public_key(text)


def test_a_key_has_one_spelling() -> None:
    public = make_key_pair().public
    other = f"{public[:42]}{chr(ord(public[42]) + 1)}="
    assert base64.b64decode(other) == base64.b64decode(public), "the two spellings mean the same bytes"
    with pytest.raises(ValueError, match="is not base64 of 32 bytes"):
        parse_public_key(other)


def test_a_key_under_which_anybody_can_sign_is_no_key() -> None:
    """With the neutral element as key, R = neutral and S = 0 is a signature over anything."""
    neutral = bytes([1]) + bytes(31)
    Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), b"anything")
    for y in _SMALL_ORDER:
        for sign in (0, 1 << 255):
            for spelling in (y, y + _FIELD):
                if spelling < 2**255:
                    raw = (spelling | sign).to_bytes(32, "little")
                    with pytest.raises(ValueError, match="anybody can sign"):
                        parse_public_key(base64.b64encode(raw).decode())


def test_the_points_of_small_order_are_what_they_are_said_to_be() -> None:
    """Under a point of order n, one of n messages verifies with R = neutral and S = 0 on average."""
    neutral = bytes([1]) + bytes(31)
    for y in _SMALL_ORDER:
        key = Ed25519PublicKey.from_public_bytes(y.to_bytes(32, "little"))
        verified = 0
        for number in range(200):
            try:
                key.verify(neutral + bytes(32), str(number).encode())
            except InvalidSignature:
                continue
            verified += 1
        assert verified > 5, y
