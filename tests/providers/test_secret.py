from __future__ import annotations

import os
import threading

import pytest

from kiwerk.providers import secret
from kiwerk.providers.secret import hide_secrets, keep_secret, withheld


@pytest.fixture(autouse=True)
def fixture_own_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "_known", set())
    monkeypatch.setenv("KIWERK_SIGNING_KEY", "private-key")
    monkeypatch.setenv("KIWERK_BASE_URL", "http://localhost:1/v1")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session-token")
    monkeypatch.setenv("MISTRAL_API_KEY", "mistral-key")
    monkeypatch.setenv("BOT_TOKEN", "bot-token")


def test_block_has_none_of_the_secrets_and_leaves_all_others() -> None:
    before = dict(os.environ)
    keep_secret(["bot-token"])
    with withheld():
        assert before.keys() - os.environ.keys() == {
            "KIWERK_SIGNING_KEY",
            "KIWERK_BASE_URL",
            "AWS_SESSION_TOKEN",
            "MISTRAL_API_KEY",
            "BOT_TOKEN",
        } | {name for name in before if name.startswith("KIWERK_")}
    assert dict(os.environ) == before


def test_block_that_fails_puts_them_back() -> None:
    with pytest.raises(ZeroDivisionError), withheld():
        raise ZeroDivisionError
    assert os.environ["KIWERK_SIGNING_KEY"] == "private-key"


def test_overlapping_blocks_of_threads_withhold_until_the_last_ends() -> None:
    is_inside, may_leave, seen = threading.Event(), threading.Event(), []

    def stay() -> None:
        with withheld():
            is_inside.set()
            may_leave.wait()
            seen.append(os.environ.get("MISTRAL_API_KEY"))

    thread = threading.Thread(target=stay)
    with withheld():
        thread.start()
        is_inside.wait()
    may_leave.set()
    thread.join()
    assert seen == [None]
    assert os.environ["MISTRAL_API_KEY"] == "mistral-key"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("bad token private-key!", "bad token ***!"),
        ("Bearermistral-keys", "Bearer***s"),
        ("http://localhost:1/v1 refused", "http://localhost:1/v1 refused"),
        ("nothing", "nothing"),
    ],
)
def test_error_repeats_no_variable_of_kiwerk_or_a_vendor(said: str, shown: str) -> None:
    assert hide_secrets(said) == shown


@pytest.mark.parametrize(
    "form", ['a"b/c+d=é€', 'a\\"b/c+d=\\u00e9\\u20ac', 'a\\"b\\/c+d=\\u00e9\\u20ac', "a%22b%2Fc%2Bd%3D%C3%A9%E2%82%AC"]
)
def test_value_is_found_as_others_write_it(form: str) -> None:
    keep_secret(['a"b/c+d=é€'])
    assert hide_secrets(f"<{form}>") == "<***>"


def test_short_value_is_found_as_a_word_of_its_own() -> None:
    keep_secret(["test", None, ""])
    assert hide_secrets("the test of testing: Bearer test") == "the *** of testing: Bearer ***"


def test_value_that_begins_with_another_is_hidden_whole() -> None:
    keep_secret(["abcdefgh", "abcdefgh-ijkl"])
    assert hide_secrets("abcdefgh-ijkl") == "***"
