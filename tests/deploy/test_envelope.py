from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from securesystemslib import dsse

from kiwerk.deploy.envelope import (
    PAYLOAD_TYPE,
    Envelope,
    EnvelopeSignature,
    find_signer,
    format_envelope,
    parse_envelope,
    sign_envelope,
)
from kiwerk.deploy.keys import SIGNING_KEY, load_signer, make_key_pair, parse_public_key
from kiwerk.spec.environment import Signer

PAIR = make_key_pair()
SIGNERS = [Signer(name="ci", ed25519=PAIR.public)]
PAYLOAD = b'{"_type":"..."}'
KNOWN_KEYID = parse_public_key(make_key_pair().public).keyid
ENVELOPE = sign_envelope(PAYLOAD, load_signer({SIGNING_KEY: PAIR.private}))


def changed(**changes: Any) -> bytes:
    value = json.loads(format_envelope(ENVELOPE))
    return json.dumps(value | changes).encode()


def test_an_envelope_survives_the_file() -> None:
    assert parse_envelope(format_envelope(ENVELOPE)) == ENVELOPE


def test_another_implementation_verifies_what_we_write() -> None:
    other = dsse.Envelope.from_dict(json.loads(format_envelope(ENVELOPE)))
    other.verify([parse_public_key(PAIR.public)], threshold=1)
    assert other.payload_type == "application/vnd.in-toto+json"


def test_the_signer_is_found() -> None:
    stranger = Signer(name="stranger", ed25519=make_key_pair().public)
    assert find_signer(ENVELOPE, [stranger, *SIGNERS]) == SIGNERS[0]
    assert find_signer(ENVELOPE, [stranger]) is None
    assert find_signer(ENVELOPE, []) is None


@pytest.mark.parametrize("keyid", ["", "another", "\x1b[31m", KNOWN_KEYID], ids=range(4))
def test_the_key_id_decides_nothing(keyid: str) -> None:
    envelope = Envelope(PAYLOAD, (EnvelopeSignature(keyid, ENVELOPE.signatures[0].value),))
    assert find_signer(envelope, SIGNERS) == SIGNERS[0]
    stranger = [Signer(name="stranger", ed25519=make_key_pair().public)]
    assert find_signer(envelope, stranger) is None


def test_one_good_signature_among_others_is_enough() -> None:
    envelope = Envelope(PAYLOAD, (EnvelopeSignature("", b"x" * 64), *ENVELOPE.signatures))
    assert find_signer(envelope, SIGNERS) == SIGNERS[0]


@pytest.mark.parametrize("value", [b"", b"x", b"\0" * 64, b"\xff" * 64, b"x" * 4096], ids=range(5))
def test_an_odd_signature_is_no_signature(value: bytes) -> None:
    assert find_signer(Envelope(PAYLOAD, (EnvelopeSignature("", value),)), SIGNERS) is None


def test_the_payload_type_is_signed_as_well() -> None:
    signature = load_signer({SIGNING_KEY: PAIR.private}).sign(dsse.Envelope(PAYLOAD, "text/plain", {}).pae())
    envelope = Envelope(PAYLOAD, (EnvelopeSignature("", bytes.fromhex(signature.signature)),))
    assert find_signer(envelope, SIGNERS) is None


def test_what_is_unsigned_is_not_kept() -> None:
    envelope = parse_envelope(changed(result="PASSED"))
    assert b"result" not in format_envelope(envelope)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not JSON"),
        (format_envelope(ENVELOPE)[:-40], "is not JSON"),
        (b"[]", "is not a DSSE envelope"),
        (b'{"payload": ""}', "is not a DSSE envelope"),
        (b'{"payload": "", "payload": "", "payloadType": "", "signatures": []}', "has the key 'payload' twice"),
        (changed(payloadType="text/plain"), rf"has another payloadType than {re.escape(PAYLOAD_TYPE)}"),
        (changed(payloadType=None), "has another payloadType"),
        (changed(payload=3), "has a payload that is not base64"),
        (changed(payload="a b c d"), "has a payload that is not base64"),
        (changed(payload="ä"), "has a payload that is not base64"),
        (changed(signatures={}), "needs signatures as a list"),
        (changed(signatures=[{"sig": ""}] * 17), "needs signatures as a list of at most 16"),
        (changed(signatures=["x"]), "has a signature that is not an object"),
        (changed(signatures=[{"keyid": "x"}]), "has a sig that is not base64"),
        (changed(signatures=[{"sig": "!"}]), "has a sig that is not base64"),
    ],
    ids=range(15),  # the data differs from process to process
)
def test_what_is_no_envelope_says_why(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_envelope(data)


def test_an_odd_key_id_is_passed_over() -> None:
    value = base64.b64encode(ENVELOPE.signatures[0].value).decode()
    for keyid in (None, 3, {"a": 1}):
        assert find_signer(parse_envelope(changed(signatures=[{"keyid": keyid, "sig": value}])), SIGNERS)
