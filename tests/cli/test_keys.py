from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiwerk import cli
from kiwerk.deploy.keys import load_signer
from tests.support.example import write_example
from tests.support.loop import Workplace, make_workplace

ENVIRONMENTS = Path("agents/environments")


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_workplace(tmp_path / "repository", capsys)


def contents(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--env", "staging", "--env", "produktion"], "Known: production, staging"),
        (["--env", "../../evals/standard"], "cannot be an id"),
        (["--env", "staging", "--name", "Böse Name"], "cannot be the name of a signer"),
        (["--env", "staging", "--name", "böse--"], "cannot be the name of a signer"),
    ],
)
@pytest.mark.parametrize("file", ["signing.key", None])
def test_one_wrong_argument_and_nothing_is_written(
    place: Workplace, tmp_path: Path, arguments: list[str], message: str, file: str | None
) -> None:
    before = contents(tmp_path)
    output = ["--output", str(tmp_path / file)] if file else []
    shown = place.run("keys", "--name", "neu", *arguments, *output)
    assert (shown.code, shown.out, message in shown.err) == (2, "", True)
    assert contents(tmp_path) == before


def test_document_of_another_kind_gets_no_signer(place: Workplace) -> None:
    path = place.root / ENVIRONMENTS / "abnahme.yaml"
    path.write_text((place.root / "evals/standard.yaml").read_text("utf-8"), encoding="utf-8")
    shown = place.run("keys", "--name", "neu", "--env", "abnahme")
    assert (shown.code, "cannot be read as an environment" in shown.err) == (2, True)


def test_key_is_shown_even_where_the_signers_cannot_be_written(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_replacing(monkeypatch)
    shown = place.run("keys", "--name", "neu", "--env", "staging")
    assert shown.code == 2
    load_signer({"KIWERK_SIGNING_KEY": shown.out})


def test_no_private_key_is_left_over_that_nobody_trusts(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_replacing(monkeypatch)
    shown = place.run("keys", "--name", "neu", "--env", "staging", "--output", str(tmp_path / "signing.key"))
    assert (shown.code, "help: " in shown.err) == (2, True)
    assert not (tmp_path / "signing.key").exists()


def refuse_replacing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a read-only file system does; root may write into a read-only folder."""

    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr(Path, "replace", refuse)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_read_only_folder_is_a_clear_error(place: Workplace, tmp_path: Path) -> None:
    folder = place.root / ENVIRONMENTS
    folder.chmod(0o555)
    try:
        shown = place.run("keys", "--name", "neu", "--env", "staging", "--output", str(tmp_path / "signing.key"))
    finally:
        folder.chmod(0o755)
    assert (shown.code, "Traceback" in shown.err) == (2, False)
    assert not (tmp_path / "signing.key").exists()


def test_signer_joins_several_environments_and_a_machine_can_read_it(place: Workplace, tmp_path: Path) -> None:
    output = tmp_path / "signing.key"
    names = ["--env", "staging", "--env", "production", "--env", "staging"]
    shown = place.run("keys", "--name", "neu", *names, "--output", str(output), "--format", "json").json
    assert set(shown) == {"version", "name", "public_key", "private_key_file", "environments"}
    assert list(shown["environments"]) == ["staging", "production"]
    for path in shown["environments"].values():
        assert Path(path).read_text("utf-8").count(shown["public_key"]) == 1
    assert output.read_text("utf-8").strip() not in str(shown)


def test_json_never_holds_a_private_key(place: Workplace) -> None:
    shown = place.run("keys", "--name", "neu", "--format", "json")
    assert (shown.code, shown.out, "--output" in shown.err) == (2, "", True)


@pytest.mark.parametrize("ignored", [".gitignore", "kiwerk/starter/gitignore"])
def test_private_keys_are_never_committed(ignored: str) -> None:
    assert "*.key" in (Path(__file__).parents[2] / ignored).read_text("utf-8").splitlines()


def test_windows_line_ends_stay(tmp_path: Path) -> None:
    write_example(tmp_path)
    path = tmp_path / ENVIRONMENTS / "staging.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    lines = path.read_bytes().split(b"\r\n")
    assert cli.run(["keys", "--name", "neu", "--env", "staging", "--repo", str(tmp_path)]) == 0
    after = path.read_bytes().split(b"\r\n")
    assert b"\n" not in b"".join(after)
    assert len([line for line in lines if line not in after]) == 1
