"""Signed envelopes: DSSE v1.0 (https://github.com/secure-systems-lab/dsse) around an in-toto Statement.

What lies outside the payload is not signed, so nothing here believes it: `keyid` only chooses the words of a message.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiwerk.deploy.keys import parse_public_key
from kiwerk.deploy.reason import Reason
from kiwerk.deploy.strict_json import parse_json
from kiwerk.render.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined]  # it has no `__all__`

    from kiwerk.spec.environment import Signer

PAYLOAD_TYPE = "application/vnd.in-toto+json"

MAX_SIGNATURES = 16
"""Each is tried with each key; more than a few is an attempt to keep us busy."""


@dataclass(frozen=True, slots=True)
class EnvelopeSignature:
    """One signature as it stands in an envelope."""

    keyid: str
    """What the file says about its key; unsigned, maybe empty."""
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload and the signatures over it. Nothing in it is known to be true."""

    payload: bytes
    signatures: tuple[EnvelopeSignature, ...]


def sign_envelope(payload: bytes, signer: CryptoSigner) -> Envelope:
    """The payload with one signature."""
    from securesystemslib import dsse

    signature = dsse.Envelope(payload, PAYLOAD_TYPE, {}).sign(signer)
    return Envelope(payload, (EnvelopeSignature(signature.keyid, bytes.fromhex(signature.signature)),))


def format_envelope(envelope: Envelope) -> bytes:
    """The envelope as a JSON file."""
    value = {
        "payload": base64.b64encode(envelope.payload).decode("ascii"),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [
            {"keyid": signature.keyid, "sig": base64.b64encode(signature.value).decode("ascii")}
            for signature in envelope.signatures
        ],
    }
    return canonical_json(value) + b"\n"


def parse_envelope(data: bytes) -> Envelope:
    """The envelope in a file; its payload is decoded and not looked into.

    Raises:
        ValueError: it is not an envelope around an in-toto Statement; the message completes "The file ...".
    """
    value = parse_json(data)
    if not isinstance(value, dict) or not {"payload", "payloadType", "signatures"} <= value.keys():
        raise ValueError("is not a DSSE envelope: payload, payloadType and signatures are needed")
    if value["payloadType"] != PAYLOAD_TYPE:
        raise ValueError(f"has another payloadType than {PAYLOAD_TYPE}")
    signatures = value["signatures"]
    if not isinstance(signatures, list) or len(signatures) > MAX_SIGNATURES:
        raise ValueError(f"needs signatures as a list of at most {MAX_SIGNATURES}")
    return Envelope(_base64(value["payload"], "payload"), tuple(map(_signature, signatures)))


def find_signer(envelope: Envelope, signers: Sequence[Signer]) -> Signer | None:
    """The first of the signers whose key made one of the signatures; None where no one's did."""
    from securesystemslib import dsse
    from securesystemslib.exceptions import UnverifiedSignatureError
    from securesystemslib.signer import Signature  # type: ignore[attr-defined]  # it has no `__all__`

    signed = dsse.Envelope(envelope.payload, PAYLOAD_TYPE, {}).pae()
    for signer in signers:
        try:
            key = parse_public_key(signer.ed25519)
        except ValueError:
            continue
        for signature in envelope.signatures:
            try:
                # securesystemslib passes over a signature with another keyid; which key made it is ours to find out.
                key.verify_signature(Signature(key.keyid, signature.value.hex()), signed)
            except UnverifiedSignatureError:
                continue
            return signer
    return None


def explain_signature(envelope: Envelope, signers: Sequence[Signer], environment: str) -> Reason:
    """Why `find_signer` found nobody."""
    known, broken = _keys(signers)
    if not envelope.signatures:
        return Reason("The evidence is not signed", "Sign it with `kiwerk attest`; a deploy takes nothing unsigned")
    if not known:
        what = f": {'; '.join(broken)}" if broken else ", it names no signers"
        return Reason(
            f"Environment {environment} has no key that evidence could be checked with{what}",
            "Make a pair with `kiwerk keys` and put the public key under `signers`",
        )
    if any(signature.keyid in known for signature in envelope.signatures):
        return Reason(
            "The evidence was altered after it was signed: its signature does not fit its content",
            "Find out who changed the file, and attest again from the stored samples",
        )
    besides = f"; {'; '.join(broken)}" if broken else ""
    return Reason(
        f"The evidence is signed with a key that is not among the signers of environment {environment} "
        f"({', '.join(known.values())}{besides})",
        "Attest with the key of one of them, or have the public key added to `signers` in a reviewed change",
    )


def _keys(signers: Sequence[Signer]) -> tuple[dict[str, str], list[str]]:
    """Names of the signers with a real key by its id, and what is wrong with each of the others."""
    known: dict[str, str] = {}
    broken: list[str] = []
    for signer in signers:
        try:
            known[parse_public_key(signer.ed25519).keyid] = signer.name
        except ValueError as error:
            broken.append(f"the key of {signer.name}, {signer.ed25519[:60]!r}, {error}")
    return known, broken


def _signature(value: Any) -> EnvelopeSignature:
    if not isinstance(value, dict):
        raise ValueError("has a signature that is not an object")  # noqa: TRY004  # the one error of this module
    keyid = value.get("keyid", "")
    return EnvelopeSignature(keyid if isinstance(keyid, str) else "", _base64(value.get("sig"), "sig"))


def _base64(value: Any, name: str) -> bytes:
    try:
        return base64.b64decode(value if isinstance(value, str) else "?", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"has a {name} that is not base64") from None
