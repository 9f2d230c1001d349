"""Keys, tokens and passwords, found in a text, and the same text with them made unreadable.

Like `personal_data`, this looks at files as they stand there. Every pattern is tried only where a word that belongs to
it occurs: most files have none of them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Secret(NamedTuple):
    """One stretch of a text that opens something."""

    start: int
    end: int
    kind: str
    """What it is, with its article: "a token of GitHub"."""
    shown: int = 0
    """Characters at the beginning that tell nothing but the kind."""


class _Issued(NamedTuple):
    """Secrets that their issuer made recognisable."""

    words: tuple[str, ...]
    """One of them is in every secret of this kind."""
    pattern: re.Pattern[str]
    kind: str


_ISSUED = (
    _Issued(("sk-",), re.compile(r"(?<![\w-])sk-[\w-]{20,}"), "an API key"),
    _Issued(("k_live_", "k_test_"), re.compile(r"[rsp]k_(?:live|test)_[A-Za-z\d]{16,}"), "an API key of Stripe"),
    _Issued(
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        re.compile(r"(?:gh[oprsu]|github_pat)_\w{22,}"),
        "a token of GitHub",
    ),
    _Issued(("glpat-",), re.compile(r"glpat-[\w-]{20,}"), "a token of GitLab"),
    _Issued(("xox",), re.compile(r"xox[abeoprs]-[A-Za-z\d-]{10,}"), "a token of Slack"),
    _Issued(("AKIA", "ASIA"), re.compile(r"(?<!\w)A[KS]IA[A-Z\d]{16}(?!\w)"), "an access key of AWS"),
    _Issued(("AIza",), re.compile(r"AIza[\w-]{35}"), "an API key of Google"),
    _Issued(("hf_",), re.compile(r"(?<!\w)hf_[A-Za-z\d]{30,}"), "a token of Hugging Face"),
    _Issued(("SG.",), re.compile(r"(?<!\w)SG\.[\w-]{16,}\.[\w-]{32,}"), "an API key of SendGrid"),
    _Issued(
        ("eyJ",), re.compile(r"(?<![\w-])eyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{10,2000}"), "a signed token (JWT)"
    ),
    _Issued(
        ("PRIVATE KEY-----",),
        re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----(?:[^-]{0,8192}-----END [A-Z ]{0,20}PRIVATE KEY-----)?"),
        "a private key",
    ),
)
# "_" stands for the words with one: most files have none
_ISSUED_WORDS = tuple(dict.fromkeys("_" if "_" in word else word for issued in _ISSUED for word in issued.words))
_SHOWN = {"a private key": len("-----BEGIN")}
_LETTERS_SHOWN = 4

_ADDRESS = re.compile(r"://[^\s/:@]{1,64}:(?P<value>[^\s/@{}$]{3,128})@")
_BEARER = re.compile(r"(?i:bearer) (?P<value>[\w.~+/-]{16,}=*)")

_WORDS = ("passw", "passphrase", "kennwort", "secret", "token", "key", "schlüssel", "credential", "zugang")
_WORD = re.compile(
    r"pass(?:word|wd|wort|phrase)|kennwort|secret|token|(?<!public[ _-])key|schlüssel|credential|zugangs(?:code|daten)"
)
_KIND_OF_KEY = re.compile(r"(?:api|access|secret|private|signing|auth)[_-]?\Z")
_VALUE = re.compile(
    r"s?[\"']?[ \t]*[:=][ \t]*"
    r"(?P<value>\"[^\"\s]{6,200}\"|'[^'\s]{6,200}'|[^\s,{}\[\]\"'#=][^\s,{}\[\]\"']{5,200})"
)
_RANDOM = re.compile(r"(?<![\w+/=.-])[A-Za-z\d+/_-]{32,512}={0,2}")
_PUBLIC_BEFORE = re.compile(r"(?:ed25519|ships|sha256|digest)[\"']?[ \t]*[:=][ \t]*[\"']?$")
_PLACEHOLDER = re.compile(
    r"\{\{|\$|<|…|\.\.\.|\*\*\*|x{4}|\A[A-Z\d]+(?:_[A-Z\d]+)+\Z|\A[A-Z]+\Z|\A\d{4}-\d\d-\d\dT|(?i:example|beispiel|platzhalter)"
)
_LINE_OF_KEY = re.compile(r"^[ \t]*[A-Za-z\d+/]{40,}={0,2}\r?$", re.MULTILINE)
_NEAR, _FAR = 80, 180
_HEX = frozenset("0123456789abcdefABCDEF")
_LEAST_BITS, _LEAST_BITS_HEX = 3.7, 3.0


def find_secrets(text: str) -> Iterator[Secret]:
    """What in a text opens something, by place; of overlapping ones the first."""
    end = 0
    for secret in sorted(_find_all(text)):
        if secret.start >= end:
            yield secret
            end = secret.end


def mask_secrets(text: str) -> str:
    """The text with a `*` for every character of a secret, except those that tell only its kind."""
    spans = [(secret.start + secret.shown, secret.end) for secret in find_secrets(text)]
    # a line from the middle of a private key
    spans += [match.span() for match in _LINE_OF_KEY.finditer(text) if _is_random(match[0].strip())]
    for start, end in spans:
        hidden = "".join(character if character.isspace() else "*" for character in text[start:end])
        text = text[:start] + hidden + text[end:]
    return text


def _find_all(text: str) -> Iterator[Secret]:
    for words, pattern, kind in _ISSUED if any(map(text.__contains__, _ISSUED_WORDS)) else ():
        if any(word in text for word in words):
            for match in pattern.finditer(text):
                yield Secret(match.start(), match.end(), kind, _SHOWN.get(kind, _LETTERS_SHOWN))
    if "://" in text:
        yield from (Secret(*match.span("value"), "a password") for match in _ADDRESS.finditer(text))
    lower = text.lower()
    if "bearer " in lower:
        yield from (Secret(*match.span("value"), "a token") for match in _BEARER.finditer(text))
    # in a few alphabets small letters are more characters than capitals
    for word in _WORDS if len(lower) == len(text) else ():
        # ten times as fast as one pattern for all of them
        start = lower.find(word)
        while start >= 0:
            named = _WORD.match(lower, start)
            if named is not None:
                yield from _find_behind_word(text, lower, named)
            start = lower.find(word, start + 1)


def _find_behind_word(text: str, lower: str, word: re.Match[str]) -> Iterator[Secret]:
    """The value of a key with such a name, and long random characters in the rest of the line."""
    value = _VALUE.match(text, word.end())
    if value is not None and (
        word[0] != "key" or _KIND_OF_KEY.search(lower, max(0, word.start() - _NEAR), word.start())
    ):
        start, end = value.span("value")
        if text[start] in "\"'":
            start, end = start + 1, end - 1
        if _looks_made(text[start:end]):
            yield Secret(start, end, "a password or key")
    reach = word.end() + _FAR
    line_end = text.find("\n", word.end(), reach)
    for near in _RANDOM.finditer(text, word.end(), line_end if line_end >= 0 else reach):
        match = _RANDOM.match(text, near.start())
        before = text[word.end() : near.start()]
        if match is not None and len(before) <= _NEAR and not _PUBLIC_BEFORE.search(before) and _is_random(match[0]):
            yield Secret(match.start(), match.end(), "a key")


def _looks_made(value: str) -> bool:
    """Whether a value is a password rather than a word, a name, a placeholder or the name of a variable."""
    letters = any(character.isalpha() for character in value)
    others = any(character.isdigit() or character in "!$%&?@#^*+~§" for character in value)
    return letters and others and _PLACEHOLDER.search(value) is None


def _is_random(value: str) -> bool:
    """Whether characters vary as they do in keys, and not as in words that are joined."""
    counts = Counter(value)
    bits = -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())
    if counts.keys() <= _HEX:
        return bits >= _LEAST_BITS_HEX
    mixed = any(c.isdigit() for c in counts) and any(c.isupper() for c in counts) and any(c.islower() for c in counts)
    return bits >= _LEAST_BITS and mixed
