from __future__ import annotations

import io
from pathlib import Path

import pytest

from kiwerk.providers import vendors
from tests.support.loop import Workplace, make_workplace, serve_references

SAID = "Guten Tag, einen Termin bitte, am liebsten Dienstag um halb drei. Erika Beispiel, 030 23125 042.\n/quit\n"


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_workplace(tmp_path, capsys)


def test_native_model_is_sampled_like_any_other(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "demo")
    with serve_references(place.root) as url:
        monkeypatch.setenv("MISTRAL_BASE_URL", url.removesuffix("/v1"))
        first = place.run("eval", "--provider", "native", "--format", "json")
        assert first.code == 0, first.err
        total = first.json["summary"]["total"]
        assert total["model"]["passed"] == total["model"]["total"] == 5
        sources = {str(result["source"]) for result in first.json["run"]["results"] if result["source"]["host"]}
        assert len(sources) == 1
        assert "'provider': 'loopback'" in sources.pop()
        again = place.run("eval", "--provider", "native", "--format", "json")
    assert again.json["summary"]["total"]["reused"] == 5


def test_native_model_can_be_talked_to(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "demo")
    monkeypatch.setattr("sys.stdin", io.StringIO(SAID))
    with serve_references(place.root) as url:
        monkeypatch.setenv("MISTRAL_BASE_URL", url.removesuffix("/v1"))
        shown = place.run("chat", "empfang", "--provider", "native")
    assert shown.code == 0, shown.err
    assert "→ kalender.pruefen" in shown.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--provider", "nativ"], "There is no provider 'nativ'"),
        (["--provider", "openai"], "Name it with --base-url URL"),
        (["--provider", "native"], "Set MISTRAL_API_KEY"),
    ],
)
def test_provider_that_cannot_be_asked_is_told_before_anything_is_run(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.delenv("MISTRAL_API_KEY", raising=False)
    shown = place.run("eval", *arguments)
    assert (shown.code, message in shown.err) == (2, True)
    assert not (place.root / ".kiwerk").exists()


def test_doctor_says_what_native_access_needs(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    def examine() -> dict[str, str]:
        symptoms = place.run("doctor", "--format", "json").json["symptoms"]
        [found] = [item for item in symptoms if item["name"] == "native"]
        return dict(found)

    monkeypatch.setenv("MISTRAL_API_KEY", "very-secret")
    assert examine()["state"] == "fine"
    monkeypatch.delenv("MISTRAL_API_KEY")
    monkeypatch.setattr(vendors, "_is_there", lambda _: False)
    found = examine()
    assert found["state"] == "absent"
    assert "pip install 'kiwerk[mistral]', and set MISTRAL_API_KEY" in found["remedy"]
    assert "very-secret" not in str(found)
