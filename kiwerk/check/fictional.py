"""Contact and account data that belongs to nobody: reserved for fiction, documentation and tests.

Phone numbers: Bundesnetzagentur, "Rufnummern für Film- und Fernsehproduktionen"; Ofcom, "Telephone numbers for use in
TV and radio drama programmes"; North American Numbering Plan, 555-0100 to 555-0199. Domains: RFC 2606 and RFC 6761.
Accounts: the examples of the IBAN registry (SWIFT) and of the German banking industry. Cards: the test numbers that
payment providers publish.
"""

from __future__ import annotations

import re

_GERMAN = re.compile(
    r"0(?:3023125|6990009|4066969|2214710|8999998)\d{3}"
    r"|0(?:15228817386|15228895456|15254599371|1729925904|1729968532|1729968533|1729973185|1729973186|1729980752"
    r"|1749091317|1749464308|176040690\d\d|17139200\d\d)"
)
# +44: eleven cities, London, north-east, Northern Ireland, Cardiff, no area, mobile, free, premium, UK-wide
_BRITISH = re.compile(
    r"0044(?:1(?:1[3-8]|21|31|41|51|61)4960|2079460|1914980|2896496|2920180|1632960|7700900|8081570|9098790|3069990)"
    r"\d{3}"
)
_AMERICAN = re.compile(r"001[2-9]\d{2}55501\d{2}")

_DOMAIN = re.compile(r"(?:.+\.)?(?:example\.(?:org|com|net|edu)|example|test|invalid|localhost)")

_ACCOUNTS = frozenset(
    (
        "AT611904300234573201",
        "CH9300762011623852957",
        "DE02100100100006820101",
        "DE02100500000054540402",
        "DE02120300000000202051",
        "DE02500105170137075030",
        "DE12500105170648489890",
        "DE75512108001245126199",
        "DE89370400440532013000",
        "ES9121000418450200051332",
        "FR1420041010050500013M02606",
        "GB29NWBK60161331926819",
        "GB33BUKB20201555555555",
        "IT60X0542811101000000123456",
        "LI21088100002324013AA",
        "LU280019400644750000",
        "NL91ABNA0417164300",
        "PL61109010140000071219812874",
    )
)
_CARDS = frozenset(
    (
        "378282246310005",
        "371449635398431",
        "30569309025904",
        "38520000023237",
        "3530111333300000",
        "3566002020360505",
        "4000056655665556",
        "4012888888881881",
        "4111111111111111",
        "4242424242424242",
        "5105105105105100",
        "5200828282828210",
        "5454545454545454",
        "5500000000000004",
        "5555555555554444",
        "6011000990139424",
        "6011111111111117",
        "2223003122003222",
    )
)
# the examples that the authorities' own descriptions compute a check digit for
_TAX_NUMBERS = frozenset({"36574261809", "47036892816", "86095742719"})
_INSURED = frozenset({"15070649C103", "65180539W001"})


def is_fictional_phone(number: str) -> bool:
    """Whether a number belongs to nobody; digits alone, as dialled in Germany (`030…`, `0044…`)."""
    return any(pattern.fullmatch(number) for pattern in (_GERMAN, _BRITISH, _AMERICAN))


def is_fictional_domain(domain: str) -> bool:
    """Whether no mail can arrive at a domain, in lower case."""
    return _DOMAIN.fullmatch(domain) is not None


def is_fictional_identifier(number: str) -> bool:
    """Whether an account, card, tax or insurance number is a published example; letters and digits alone."""
    return any(number in known for known in (_ACCOUNTS, _CARDS, _TAX_NUMBERS, _INSURED))
