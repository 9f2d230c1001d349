"""How a German text addresses its reader: the words in it that say Sie, and those that say du.

A heuristic without a dictionary, and its limits: "Sie" and "Ihr…" at the start of a sentence may be the third person;
they count as formal where the next word can be a plural verb and the text says du nowhere. An imperative without a
pronoun is known by a short list of verbs. Quoted text is somebody else's and does not count. How well it does is
measured in the tests.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_QUOTED = re.compile(r"„[^“”\"]*[“”\"]|“[^”]*”|\"[^\"]*\"|»[^«]*«|«[^»]*»|‚[^‘’]*[‘’]|\u203a[^\u2039]*\u2039")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?:…\n•–—]|^\s*[-*]", re.MULTILINE)

_SIE = re.compile(r"Sie|Ihnen|Ihr(e[mnrs]?|erseits|etwegen)?")
_DU = re.compile(r"du|dich|dir|dein(e[mnrs]?|s|erseits|etwegen)?|euch|euer|eure[mnrs]?", re.IGNORECASE)

_SECOND_SINGULAR = re.compile(
    "bist|hast|kannst|musst|willst|sollst|darfst|wirst|magst|möchtest|könntest|würdest|müsstest|hättest|wärst|wärest|"
    "warst|hattest|solltest|wolltest|dürftest|weißt|brauchst"
)
_SECOND_PLURAL = re.compile("seid|habt|könnt|müsst|wollt|sollt|dürft|werdet|wart|hattet|könntet|möchtet|würdet")
_IMPERATIVE = re.compile(
    "gib|nimm|lies|sieh|sprich|hilf|vergiss|triff|lass|ruf|schau|komm|sag|mach|geh|warte|schreib|schick|frag|klick|"
    "denk|sei"
)
_SPOKEN_ABOUT = ("per", "das", "dem", "zum", "vom", "beim")
"""What stands before "Du" where it is the word that is meant: "per Du", "das Du anbieten"."""
_EXCLAIMED = ("meine", "lieber", "liebe")
"""What stands behind "Du" where nobody is meant: "Du meine Güte", "Du lieber Himmel"."""


@dataclass(frozen=True, slots=True)
class AddressForms:
    """Words of a text that address its reader, in order."""

    sie: tuple[str, ...]
    du: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    lower: str
    before: str
    """The word before it in the same sentence, in lower case; empty at the start."""
    after: str
    """The word behind it in the same sentence, in lower case; empty at the end."""


def find_address_forms(text: str) -> AddressForms:
    """The words that address the reader formally and informally; both empty in a neutral text."""
    words = _split(unicodedata.normalize("NFC", text))
    du = tuple(word.text for word in words if _says_du(word))
    sie = tuple(word.text for word in words if _says_sie(word) and not (du and _may_be_third_person(word)))
    return AddressForms(sie, du)


def _split(text: str) -> list[_Word]:
    words: list[_Word] = []
    for sentence in _SENTENCE_END.split(_unquote(text)):
        found = _WORD.findall(sentence)
        lower = [word.lower() for word in found]
        words.extend(map(_Word, found, lower, ["", *lower], [*lower[1:], ""]))
    return words


def _unquote(text: str) -> str:
    """The text without what it quotes; a text that is one quotation is a reply that came in quotes."""
    rest = _QUOTED.sub(" ", text)
    return rest if _WORD.search(rest) else text


def _says_du(word: _Word) -> bool:
    if word.lower == "ihr":
        return bool(_SECOND_PLURAL.fullmatch(word.before) or _SECOND_PLURAL.fullmatch(word.after))
    if _DU.fullmatch(word.text):
        return not (word.text == "Du" and (word.before in _SPOKEN_ABOUT or word.after in _EXCLAIMED))
    starts = word.before in ("", "bitte")
    if _SECOND_SINGULAR.fullmatch(word.lower):
        return starts or word.text == word.lower
    return starts and bool(_IMPERATIVE.fullmatch(word.lower)) and word.after not in ("ich", "es", "")


def _says_sie(word: _Word) -> bool:
    if not _SIE.fullmatch(word.text) or _says_du(word):
        return False
    return not (word.text == "Sie" and _may_be_third_person(word)) or word.after.endswith(("n", "sind"))


def _may_be_third_person(word: _Word) -> bool:
    return not word.before
