from __future__ import annotations

import gzip
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.check.personal_data import DataKind, PersonalData, find_personal_data, normalize_phone
from kiwerk.check.rules.personal_data import check_personal_data
from kiwerk.load.project import load_project
from tests.support.example import edit, write_example

REPOSITORY = Path(__file__).parents[2]
CONVERSATIONS = REPOSITORY.parent / "shared" / "data"

# No bank has the code 99999999; the check digits are right all the same.
ACCOUNT = "DE53 9999 9999 0000 0000 42"


def describe(text: str) -> list[tuple[str, str]]:
    return [(text[found.start : found.end], found.kind.value) for found in find_personal_data(text)]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("030 1234567", DataKind.PHONE),
        ("(030) 1234567", DataKind.PHONE),
        ("030/1234567", DataKind.PHONE),
        ("030 / 12 34 56-7", DataKind.PHONE),
        ("0301234567", DataKind.PHONE),
        ("+49 30 1234567", DataKind.PHONE),
        ("+49 (0)30 1234567", DataKind.PHONE),
        ("0049 30 1234567", DataKind.PHONE),
        ("030\xa01234567", DataKind.PHONE),
        ("0171 2345678", DataKind.PHONE),
        ("+43 1 588580", DataKind.PHONE),
        ("null drei null, eins zwei drei vier fünf sechs sieben", DataKind.PHONE),
        ("Null eins sieben eins zwo drei vier fünf sechs sieben acht", DataKind.PHONE),
        ("null eins sieben eins 23 45 678", DataKind.PHONE),
        ("null drei null\n  eins zwei drei vier fünf sechs sieben", DataKind.PHONE),
        ("erika.beispiel@gmx.de", DataKind.EMAIL),
        ("Erika+Termin@Mail.Praxis-Weber.de", DataKind.EMAIL),
        ("erika@example.de", DataKind.EMAIL),
        ("erika@example.org.gmx.de", DataKind.EMAIL),
        ("erika punkt beispiel ät gmx punkt de", DataKind.EMAIL),
        ("erika at web punkt de", DataKind.EMAIL),
        (ACCOUNT, DataKind.IBAN),
        (ACCOUNT.replace(" ", ""), DataKind.IBAN),
        (ACCOUNT.lower(), DataKind.IBAN),
        ("NL39 RABO 0300 0652 64", DataKind.IBAN),
        ("DE136695976", DataKind.VAT),
        ("DE 136 695 976", DataKind.VAT),
        ("ATU13585627", DataKind.VAT),
        ("65 929 970 489", DataKind.TAX),
        ("12 190367 K 001", DataKind.INSURANCE),
        ("12190367K001", DataKind.INSURANCE),
        ("4539 1488 0343 6467", DataKind.CARD),
        ("4539148803436467", DataKind.CARD),
    ],
)
@pytest.mark.parametrize("around", ["{}", "Also: {}.", '"{}"', "[{}] 2", "\\n{}\\n", "({})"])
def test_personal_data_is_found_in_its_place(written: str, kind: DataKind, around: str) -> None:
    ((found, found_kind),) = describe(around.format(written))
    assert found_kind == kind.value
    assert found in {written, f"n{written}"}


@pytest.mark.parametrize(
    "text",
    [
        "112, 110, 116117, 116 117, 0800 1234567, 0180 5123456, 0900 1123456",
        "erika@example.org, max@post.example.com, a@praxis.example, b@c.test, d@e.invalid, root@localhost",
        "max at example punkt org",
        "von null auf hundert, null Punkte, null bis zwei",
        "null eins zwei drei vier fünf sechs sieben acht neun null eins zwei drei vier fünf sechs sieben",
        "DE89 3704 0044 0532 0130 00, GB29 NWBK 6016 1331 9268 19",
        "DE54 9999 9999 0000 0000 42",
        "DE123456789",
        "Steuer-ID 12345678901, 36 574 261 809",
        "Vorgang 65929970489",
        "12 190367 K 002, 15 070649 C 103, 12 991367 K 001",
        "4111 1111 1111 1111, 4539 1488 0343 6468",
        "am 01.12.2026 um 08:00, vom 06.09.-07.09.2017, 08.-09.11.17, 24.12.2026 - 01.01.2027",
        "08.00-17.00, 0645-0750, 07.30 - 16.00 Uhr",
        "2026-12-01T14:30, 2026-12-01 14:30, 2026-12-01 - 2026-12-05",
        "2 * ((350 - 122) + (499 - 127))",
        "0.123456789 und 1/0123",
        "AZ0301234567, a0171 2345678",
        "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8, kiwerk@1.2.3, @praxis",
        "JSON Schema (2020-12), ISO 8601:2004",
        "D-10115 Berlin, PLZ 01067",
        "Bestellnummer 030-2026-11234, Vorgang 0171-2026-4711",
        "Auftrag Nr. 0171-2026-4711, Rechnung: 030 1234567, Aktenzeichen 030/1234567",
        "Kundennummer 0301234567, Ticket #0171 2345678, unser Zeichen Nr. 030-2026-1123",
        "bestellnummer: 030-2026-11234",
        'vorgang: "0171-2026-4711"',
        "Ihre Bestellnummer lautet 0171-2026-4711.",
    ],
)
def test_what_belongs_to_nobody_is_not_found(text: str) -> None:
    assert describe(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Tel. Nr. {}",
        "Telefon-Nr. {}",
        "Handy-Nr. {}",
        "Rufnummer {}",
        "Rückruf zum Vorgang: {}",
        "Ich bin unter der Handynummer erreichbar, Nr. {}",
        "Rechnung bitte an {}",
        "Der Auftrag kommt von {}",
        "Bestellnummer 4711, {}",
        "Bestellnummer\n{}",
        "bar {}",
    ],
)
def test_phone_number_is_found_where_the_word_before_it_counts_nothing(text: str) -> None:
    assert describe(text.format("0171 2345678")) == [("0171 2345678", "phone number")]


def test_number_with_the_code_of_a_country_is_a_phone_number_whatever_stands_before_it() -> None:
    assert describe("Vorgang +49 171 2345678") == [("+49 171 2345678", "phone number")]
    assert describe("Vorgang 0049 171 2345678") == [("0049 171 2345678", "phone number")]


def test_phone_number_behind_the_number_of_an_order_is_found() -> None:
    assert ("0171 2345678", "phone number") in describe("Vorgang 030 1234567 / 0171 2345678")


FICTIONAL = [
    ("030", "23125{:03}", 1000),
    ("069", "90009{:03}", 1000),
    ("040", "66969{:03}", 1000),
    ("0221", "4710{:03}", 1000),
    ("089", "99998{:03}", 1000),
    ("0176", "040690{:02}", 100),
    ("0171", "39200{:02}", 100),
    ("0152", "28817386", 1),
    ("0172", "9980752", 1),
    ("0174", "9464308", 1),
]


@given(
    row=st.sampled_from(FICTIONAL),
    number=st.integers(0, 999),
    prefix=st.sampled_from(["{0} ", "({0}) ", "{0}/", "{0}", "{0}-", "+49{1}", "+49 {1} ", "+49 (0){1} ", "0049 {1} "]),
    cut=st.integers(1, 6),
)
def test_number_reserved_for_fiction_is_never_found_however_written(
    row: tuple[str, str, int], number: int, prefix: str, cut: int
) -> None:
    area, rest, count = row
    digits = rest.format(number % count)
    written = prefix.format(area, area[1:]) + f"{digits[:cut]} {digits[cut:]}".strip()
    assert describe(f"Unter {written}, bitte.") == []
    assert normalize_phone(written) == area + digits


@pytest.mark.parametrize("written", ["+44 20 7946 0123", "+44 7700 900123", "+1 212 555 0123", "001 212 555 0199"])
def test_foreign_number_reserved_for_fiction_is_not_found(written: str) -> None:
    assert describe(written) == []


PIECES = (ACCOUNT, "DE136695976", "ATU13585627", "65 170839 J 008", *"ADEJTU038٣६ä–? ")


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_search_that_is_saved_would_have_found_nothing(text: str) -> None:
    # behind it stands what makes every search worth while
    assert describe(text) == describe(f"{text}\n;AA0000000000;DE;")


def test_two_numbers_side_by_side_are_two() -> None:
    assert [found for found, _ in describe("030 1234567 / 0171 2345678")] == ["030 1234567", "0171 2345678"]


def test_libraries_are_loaded_only_where_something_looks_like_a_number() -> None:
    program = (
        "import sys; from kiwerk.check.personal_data import find_personal_data\n"
        "list(find_personal_data('Am 2026-12-01 um 14:30, 030 23125 042, erika@example.org'))\n"
        "sys.exit(bool({'phonenumbers', 'stdnum'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=False).returncode == 0


def found_in(root: Path) -> Counter[str]:
    return Counter(finding.span.path for finding in check_personal_data(load_project(root), datetime.now(UTC)))


def test_what_a_company_publishes_in_its_facts_may_be_repeated(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    facts, prompt = root / "agents/praxis-weber/oeffnungszeiten.yaml", root / "agents/praxis-weber/empfang.yaml"
    edit(prompt, "Sprechzeiten:", "Nummer: +49 30 1234567. Sprechzeiten:")
    assert found_in(root) == {"agents/praxis-weber/empfang.yaml": 1}
    edit(facts, "values: {", "values: {telefon: 030/1234567, ")
    assert found_in(root) == {}


def test_facts_of_another_company_publish_nothing_here(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    edit(root / "agents/praxis-weber/empfang.yaml", "Sprechzeiten:", "Nummer: 030 1234567. Sprechzeiten:")
    facts = 'kind: Facts\nsource: Aushang\nvalid_until: 2027-01-31\nvalues: {telefon: "0301234567"}\n'
    (root / "agents/andere").mkdir()
    (root / "agents/andere/kontakt.yaml").write_text(facts, "utf-8")
    assert found_in(root) == {"agents/praxis-weber/empfang.yaml": 1}
    (root / "agents/shared/kontakt.yaml").write_text(facts, "utf-8")
    assert found_in(root) == {}


def test_facts_may_not_hold_what_nobody_publishes(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    edit(root / "agents/praxis-weber/oeffnungszeiten.yaml", "values: {", "values: {karte: 4539 1488 0343 6467, ")
    assert found_in(root) == {"agents/praxis-weber/oeffnungszeiten.yaml": 1}


def test_file_that_cannot_be_read_as_a_document_is_looked_through(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    (root / "evals/praxis-weber/kaputt.yaml").write_text("cases: [ # erika@gmx.de", "utf-8")
    assert found_in(root) == {"evals/praxis-weber/kaputt.yaml": 1}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("star/dialogues.jsonl.gz", set()),
        ("taubench_airline/trajectories.jsonl.gz", {(DataKind.EMAIL, "yara_garcia_1905@gmail.com")}),
        ("taubench_airline/tau2_tasks.json", set()),
        ("german/time_expressions.json", set()),
        ("german/formality/formality-control.train.telephony.en-de.formal.de", set()),
        ("german/formality/formality-control.train.topical_chat.en-de.informal.de", set()),
    ],
)
def test_real_conversations_give_no_false_alarms(name: str, expected: set[tuple[DataKind, str]]) -> None:
    path = CONVERSATIONS / name
    if not path.exists():
        pytest.skip("the shared conversations are not on this machine")
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text("utf-8")
    found: list[PersonalData] = list(find_personal_data(text))
    assert {(item.kind, item.normal) for item in found} == expected
