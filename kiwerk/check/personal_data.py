"""Data that names or reaches a person, found in a text: mail addresses, phone, account, tax and other numbers.

The text is that of a file as it stands there, so that comments are looked at as well and every match has its place.
A few patterns that begin with a rare character go over all of it; numbering plans and check digits are loaded only
where something looks like a number of theirs.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.check.fictional import is_fictional_domain, is_fictional_identifier, is_fictional_phone

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = "DE"
"""The country in which a phone number without a prefix is dialled."""


class DataKind(StrEnum):
    """What kind of personal data it is."""

    EMAIL = "e-mail address"
    PHONE = "phone number"
    IBAN = "IBAN"
    VAT = "VAT id"
    TAX = "tax id"
    INSURANCE = "pension insurance number"
    CARD = "credit card number"


class PersonalData(NamedTuple):
    """One stretch of a text that may name or reach a person."""

    start: int
    end: int
    kind: DataKind
    normal: str
    """Without the ways in which it can be written: lower case for addresses, digits and capitals for numbers."""


# A number that begins with 0, + or a bracket, or a long one. Dates and times have fewer digits.
_SEPARATOR = r"[ \xa0\u202f./()–-]{0,3}"
_NUMBER = re.compile(rf"[+(\d](?<!\d\d)(?:(?<=[+(0])(?:{_SEPARATOR}\d){{6,}}+|(?:{_SEPARATOR}\d){{8,}}+)")
_IBAN = re.compile(r"[A-Z](?<![A-Z\d][A-Z])[A-Z]\d\d(?:[ \xa0]?[A-Z\d]){11,30}")
_VAT = re.compile(r"[DA](?:(?<=D)E[ \xa0]?\d{3}[ \xa0]?\d{3}[ \xa0]?\d{3}|(?<=A)TU ?\d{8})(?![ \xa0]?\d)")
_INSURANCE = re.compile(r"\d(?:(?<!\w\d)|(?<=\\[nrt]\d))\d[ \xa0]?\d{6}[ \xa0]?[A-Z][ \xa0]?\d{3}(?!\w)")
# What can be of interest to the patterns with capitals: each reads `AA00` or `000000` where a text is written so.
_SHAPE = bytes(
    ord("0" if chr(code).isdigit() or chr(code) == "?" else "A" if chr(code).isupper() else " ") for code in range(128)
).ljust(256)
_DIGIT_WORDS = {
    "null": "0", "ein": "1", "eins": "1", "zwei": "2", "zwo": "2", "drei": "3", "vier": "4", "fünf": "5",
    "fuenf": "5", "sechs": "6", "sieben": "7", "acht": "8", "neun": "9",
}  # fmt: skip
_SPOKEN_NUMBER = re.compile(
    rf"[Nn]ull(?:[\s,.–-]+(?:(?i:{'|'.join(sorted(_DIGIT_WORDS, key=len, reverse=True))})(?!\w)|\d+)){{5,}}+"
)
_SPOKEN_ADDRESS = re.compile(
    r"(?<![\w-])(?P<name>[\w-]{1,64}(?: punkt [\w-]{1,64}){0,4}),? (?:at|ät|ätt|klammeraffe),? (?P<domain>[\w-]{1,64}"
    r"(?: (?:punkt|minus|bindestrich) [\w-]{1,64}){0,4}? punkt (?:at|ch|com|de|eu|info|net|org))(?!\w)",
    re.IGNORECASE,
)
_LOCAL_PART = re.compile(r"[\w.+%-]+\Z")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}")
_LONGEST_LOCAL_PART = 64

# "01.12.2026", "08.-09.11.", "08.00 - 17.00", "0645-0750"
_DATE_OR_TIME = re.compile(
    r"\(?(?:\d\d?\. ?(?:\d\d?\. ?)?[–-] ?\d\d?\.|\d\d?\. ?\d\d?\. ?(?:\d{4}|\d\d)(?!\d)"
    r"|[0-2]\d\.?[0-5]\d ?[–-] ?[0-2]\d\.?[0-5]\d(?!\d))"
)
_DIALLED = re.compile(r"\(*[+0]")
_CARD = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}|6(?:011|5\d\d)\d{12}"
)
_GROUPED_TAX = re.compile(r"\d\d \d{3} \d{3} \d{3}")
_TAX_WORD = re.compile(r"steuer|id-?nr|\btin\b|\btax", re.IGNORECASE)
# "Bestellnummer 030-2026-11", "Auftrag Nr. 0171-2026-4711", `vorgang: 0171-2026-4711`
_COUNTED = re.compile(
    r"(?<!\w)(?:(?:bestell|auftrags?|rechnungs?|vorgangs?|kunden|ticket|akten|gesch(?:ä|ae)fts|vertrags?)[ _-]?"
    r"(?:nummer|nr|zeichen|id)|bestellung|auftrag|rechnung|vorgang|ticket|az|nr)"
    r"\.?(?:[ \xa0]?(?:nummer|nr\.?))?(?:[ \xa0](?:ist|lautet))?[ \xa0]?[:#=]?[ \xa0]?[\"'„“(]?\Z",
    re.IGNORECASE,
)
_CALLED = re.compile(r"\btel\b|telefon|ruf|handy|mobil|\bfax|phone|erreich|durchwahl", re.IGNORECASE)
_COUNTED_REACH = 60
"""Characters before a number in which it may be called a phone number."""
_LONGEST_PHONE, _LONGEST_ROW, _TAX_DIGITS = 15, 60, 11


def find_personal_data(text: str) -> Iterator[PersonalData]:
    """What in a text may name or reach somebody; what is reserved for fiction, tests and services is left out."""
    if "@" in text:
        yield from _find_addresses(text)
    for match in _SPOKEN_ADDRESS.finditer(text) if " punkt " in text else ():
        name, domain = (_spell(match[part]) for part in ("name", "domain"))
        if not is_fictional_domain(domain):
            yield PersonalData(match.start(), match.end(), DataKind.EMAIL, f"{name}@{domain}")
    for match in _SPOKEN_NUMBER.finditer(text) if "ull" in text else ():
        yield from _find_phone(_digits_of_words(match[0]), match.start(), match.end())
    lettered = list(_find_lettered(text))
    yield from (found for found in lettered if not is_fictional_identifier(found.normal))
    taken = {index for found in lettered for index in range(found.start, found.end)}
    for match in _NUMBER.finditer(text):
        if match.start() not in taken:
            yield from _find_in_number(text, match)


def _find_addresses(text: str) -> Iterator[PersonalData]:
    at = text.find("@")
    while at >= 0:
        domain = _DOMAIN.match(text, at + 1)
        name = _LOCAL_PART.search(text, max(0, at - _LONGEST_LOCAL_PART), at) if domain else None
        if name and domain and not is_fictional_domain(domain[0].lower()):
            yield PersonalData(name.start(), domain.end(), DataKind.EMAIL, f"{name[0]}@{domain[0]}".lower())
        at = text.find("@", at + 1)


def _find_lettered(text: str) -> Iterator[PersonalData]:
    """Numbers that capitals belong to, fictional ones among them."""
    # what is not ASCII becomes `?`, which counts as a digit here: some alphabets have their own
    shape = text.encode("ascii", "replace").translate(_SHAPE)
    patterns = (
        (_IBAN, DataKind.IBAN, b"AA00" in shape),
        (_VAT, DataKind.VAT, "DE" in text or "ATU" in text),
        (_INSURANCE, DataKind.INSURANCE, b"000000" in shape),
    )
    for pattern, kind, possible in patterns:
        for match in pattern.finditer(text) if possible else ():
            # the last group of an account number and the word behind it may look alike
            for end in range(match.end(), match.end() - 5, -1) if kind is DataKind.IBAN else (match.end(),):
                normal = _compact(text[match.start() : end])
                if _is_valid(kind, normal):
                    yield PersonalData(match.start(), end, kind, normal)
                    break


def _find_in_number(text: str, match: re.Match[str]) -> Iterator[PersonalData]:
    """What a row of digits is, if anything."""
    start, end = match.span()
    written = match[0]
    before = text[max(0, start - 2) : start]
    if before[-1:].isalnum() and not before.startswith("\\"):
        # part of a word, unless the word is the beginning of an account number in small letters
        if before.islower() and len(before) == len("de"):
            normal = _compact(before.upper() + written)
            if _is_valid(DataKind.IBAN, normal) and not is_fictional_identifier(normal):
                yield PersonalData(start - len(before), end, DataKind.IBAN, normal)
        return
    if _DATE_OR_TIME.match(written):
        return
    # the bracket of a remark, not of the number
    extra = max(0, written.count("(") - written.count(")"))
    if extra and written.startswith("(" * extra):
        start, written = start + extra, written[extra:]
    digits = _compact(written)
    if _DIALLED.match(written):
        yield from () if _is_counted(text, start, digits) else _find_phone(written, start, end)
        return
    kind = None
    if _CARD.fullmatch(digits):
        kind = DataKind.CARD
    elif len(digits) == _TAX_DIGITS and (_GROUPED_TAX.fullmatch(written) or _has_tax_word(text, start)):
        kind = DataKind.TAX
    if kind and _is_valid(kind, digits) and not is_fictional_identifier(digits):
        yield PersonalData(start, end, kind, digits)


def _has_tax_word(text: str, index: int) -> bool:
    """Whether the line says before the number that it is a tax id."""
    return _TAX_WORD.search(text, text.rfind("\n", 0, index) + 1, index) is not None


def _is_counted(text: str, index: int, digits: str) -> bool:
    """Whether the word before a number says that it is one of an order, a ticket or the like."""
    if text.startswith(("+", "00"), index) or len(digits) > _LONGEST_PHONE:
        # what has the code of a country is dialled, and in a row of numbers the word speaks of the first
        return False
    before = text[max(text.rfind("\n", 0, index) + 1, index - _COUNTED_REACH) : index]
    return _COUNTED.search(before) is not None and _CALLED.search(before) is None


def _find_phone(written: str, start: int, end: int) -> Iterator[PersonalData]:
    number = normalize_phone(written)
    if len(number) <= _LONGEST_PHONE:
        if _is_personal_phone(number):
            yield PersonalData(start, end, DataKind.PHONE, number)
        return
    if len(number) > _LONGEST_ROW:
        return
    # several numbers with nothing but blanks or a slash between them
    import phonenumbers

    for match in phonenumbers.PhoneNumberMatcher(written, HOME):
        number = normalize_phone(match.raw_string)
        if _is_personal_phone(number):
            yield PersonalData(start + match.start, start + match.end, DataKind.PHONE, number)


def normalize_phone(written: str) -> str:
    """Digits of a phone number as dialled in Germany: `+49 (0)30 23125-042` is `03023125042`."""
    international = written.lstrip("( ").startswith(("+", "00"))
    digits = _compact(written.replace("(0)", "") if international else written)
    if written.lstrip("( ").startswith("+"):
        digits = "00" + digits
    return "0" + digits.removeprefix("0049").removeprefix("0") if digits.startswith("0049") else digits


@lru_cache(maxsize=4096)
def _is_personal_phone(number: str) -> bool:
    """Whether a number may ring at somebody's; services such as 0800 are nobody's."""
    if is_fictional_phone(number):
        return False
    import phonenumbers
    from phonenumbers import PhoneNumberType as Type

    try:
        parsed = phonenumbers.parse(number, HOME)
    except phonenumbers.NumberParseException:
        return False
    personal = (
        Type.FIXED_LINE, Type.MOBILE, Type.FIXED_LINE_OR_MOBILE, Type.VOIP, Type.PERSONAL_NUMBER, Type.PAGER,
    )  # fmt: skip
    return phonenumbers.is_valid_number(parsed) and phonenumbers.number_type(parsed) in personal


def _is_valid(kind: DataKind, number: str) -> bool:
    """Whether form and check digits fit; `number` has neither blanks nor punctuation."""
    match kind:
        case DataKind.IBAN:
            from stdnum import iban

            return bool(iban.is_valid(number))
        case DataKind.VAT if number.startswith("DE"):
            from stdnum.de import vat

            return bool(vat.is_valid(number))
        case DataKind.VAT:
            from stdnum.at import uid

            return bool(uid.is_valid(number))
        case DataKind.CARD:
            from stdnum import luhn

            return bool(luhn.is_valid(number))
        case DataKind.TAX:
            from stdnum.de import idnr

            return bool(idnr.is_valid(number))
        case DataKind.INSURANCE:
            return _is_insurance_number(number)
    raise ValueError(f"A {kind} has no check digits")


_INSURANCE_WEIGHTS = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
# day, month, year; where a day's numbers are used up, 30 is added to the day
_INSURED_BIRTHDAY = re.compile(r"\d\d(?!00)[0-6]\d(?:0[1-9]|1[0-2])\d\d")


def _is_insurance_number(number: str) -> bool:
    """Check digit of the German pension insurance (VKVV § 4): cross sums of weighted digits, the letter as two."""
    digits = number[:8] + f"{ord(number[8]) - ord('A') + 1:02}" + number[9:11]
    total = sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(digits, _INSURANCE_WEIGHTS, strict=True))
    return _INSURED_BIRTHDAY.match(number) is not None and total % 10 == int(number[11])


def _compact(written: str) -> str:
    """Letters and digits alone."""
    return "".join(filter(str.isalnum, written))


def _digits_of_words(words: str) -> str:
    return "".join(_DIGIT_WORDS.get(word, word) for word in re.findall(r"[^\W\d_]+|\d+", words.lower()))


def _spell(words: str) -> str:
    words = words.lower().replace(" punkt ", ".")
    return words.replace(" minus ", "-").replace(" bindestrich ", "-")
