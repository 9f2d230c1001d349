"""Ed25519 keys (RFC 8032): the private one in an environment variable, the public ones in an Environment.

Both are written as base64 of 32 bytes, one line: a private key is its seed, the form of RFC 8032. No message from
here repeats what was in the variable.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from securesystemslib.signer import CryptoSigner, SSlibKey  # type: ignore[attr-defined]  # it has no `__all__`

SIGNING_KEY = "KIWERK_SIGNING_KEY"
"""The environment variable that holds the private key."""

_BYTES = 32
_FIELD = 2**255 - 19
_ORDER_EIGHT = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER = frozenset({0, 1, _FIELD - 1, _ORDER_EIGHT, _FIELD - _ORDER_EIGHT})
"""y of every point of order 8 or less: under such a "key" anybody can sign, thirty-two zero bytes among them."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A new key pair, each key in the one form that kiwerk reads."""

    private: str = field(repr=False)
    """For `KIWERK_SIGNING_KEY`; whoever holds it vouches for releases."""
    public: str
    """For `signers` of an Environment."""


def make_key_pair() -> KeyPair:
    """A new key pair from the system's random source."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    return KeyPair(_encode(key.private_bytes_raw()), _encode(key.public_key().public_bytes_raw()))


def load_signer(variables: Mapping[str, str]) -> CryptoSigner:
    """The signer whose private key lies in `KIWERK_SIGNING_KEY`.

    Raises:
        KiwerkError: the variable is missing, or holds something else.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined]  # it has no `__all__`

    text = variables.get(SIGNING_KEY, "").strip()
    if not text:
        raise KiwerkError(
            f"{SIGNING_KEY} is not set, and evidence has to be signed",
            remedy=f"Make a pair with `kiwerk keys`, keep the private key as the secret {SIGNING_KEY}, "
            "and add the public one to `signers` of the environment.",
        )
    try:
        seed = _decode(text)
    except ValueError:
        # `from None`: a chained error could carry the key into a traceback.
        raise KiwerkError(
            f"{SIGNING_KEY} is not a private key: expected base64 of 32 bytes, one line of 44 characters",
            remedy="Use the private key as `kiwerk keys` printed it; PEM and hexadecimal are not read.",
        ) from None
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(seed))


def format_public_key(signer: CryptoSigner) -> str:
    """The public key that belongs to a signer, as it stands in an Environment."""
    return _encode(bytes.fromhex(signer.public_key.keyval["public"]))


def parse_public_key(text: str) -> SSlibKey:
    """The key that an Environment names.

    Raises:
        ValueError: it is a placeholder, or a key under which anybody could sign; the message completes "It ...".
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]  # it has no `__all__`

    raw = _decode(text)
    if (int.from_bytes(raw, "little") & (2**255 - 1)) % _FIELD in _SMALL_ORDER:
        raise ValueError("is a key under which anybody can sign")
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(raw))


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not base64") from None
    if len(raw) != _BYTES or _encode(raw) != text:
        raise ValueError("is not base64 of 32 bytes")
    return raw
