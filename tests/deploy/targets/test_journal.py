from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiwerk.deploy.targets.journal import HISTORY, PENDING, heal_journal, read_journal, write_intent
from kiwerk.errors import KiwerkError
from kiwerk.record import Deployment
from tests.deploy.world import AGENT, COMPANY, NOW

ONE, TWO, THREE = (
    Deployment(
        release=letter * 64,
        company=COMPANY,
        environment="staging",
        agents={AGENT: letter * 64},
        action="deploy",
        at=NOW + timedelta(minutes=number),
        revision=None,
        engine="0.1.0",
    )
    for number, letter in enumerate("abc")
)


def happen(folder: Path, *deployments: Deployment) -> None:
    for deployment in deployments:
        write_intent(folder, deployment)
        heal_journal(folder, deployment.release)


def test_nothing_happened_yet(tmp_path: Path) -> None:
    assert read_journal(tmp_path, None) == ()
    heal_journal(tmp_path, None)
    assert list(tmp_path.iterdir()) == []


def test_what_happened_is_read_in_its_order(tmp_path: Path) -> None:
    happen(tmp_path, ONE, TWO, ONE)
    assert read_journal(tmp_path, ONE.release) == (ONE, TWO, ONE)
    assert [path.name for path in tmp_path.iterdir()] == [HISTORY]


def test_an_intent_whose_release_is_current_happened(tmp_path: Path) -> None:
    happen(tmp_path, ONE)
    write_intent(tmp_path, TWO)
    assert read_journal(tmp_path, TWO.release) == (ONE, TWO)
    heal_journal(tmp_path, TWO.release)
    assert read_journal(tmp_path, TWO.release) == (ONE, TWO)
    assert not (tmp_path / PENDING).exists()


def test_any_other_intent_did_not_happen(tmp_path: Path) -> None:
    happen(tmp_path, ONE)
    write_intent(tmp_path, TWO)
    assert read_journal(tmp_path, ONE.release) == (ONE,)
    heal_journal(tmp_path, ONE.release)
    assert read_journal(tmp_path, ONE.release) == (ONE,)
    assert not (tmp_path / PENDING).exists()


def test_an_intent_that_is_written_down_already_is_not_written_twice(tmp_path: Path) -> None:
    happen(tmp_path, ONE, TWO)
    write_intent(tmp_path, TWO)
    assert read_journal(tmp_path, TWO.release) == (ONE, TWO)
    heal_journal(tmp_path, TWO.release)
    assert read_journal(tmp_path, TWO.release) == (ONE, TWO)


def test_a_torn_line_never_happened_and_is_cut_off(tmp_path: Path) -> None:
    happen(tmp_path, ONE)
    path = tmp_path / HISTORY
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    assert read_journal(tmp_path, ONE.release) == (ONE,)
    write_intent(tmp_path, TWO)
    heal_journal(tmp_path, TWO.release)
    assert read_journal(tmp_path, TWO.release) == (ONE, TWO)


def test_a_torn_line_of_the_deploy_that_was_killed_is_written_again(tmp_path: Path) -> None:
    happen(tmp_path, ONE, TWO)
    path = tmp_path / HISTORY
    path.write_bytes(path.read_bytes()[:-10])
    write_intent(tmp_path, TWO)
    assert read_journal(tmp_path, TWO.release) == (ONE, TWO)
    heal_journal(tmp_path, TWO.release)
    assert path.read_bytes().count(b"\n") == 2


def test_healing_twice_changes_nothing(tmp_path: Path) -> None:
    happen(tmp_path, ONE)
    write_intent(tmp_path, TWO)
    heal_journal(tmp_path, TWO.release)
    before = (tmp_path / HISTORY).read_bytes()
    heal_journal(tmp_path, TWO.release)
    assert (tmp_path / HISTORY).read_bytes() == before


@pytest.mark.parametrize("line", [b"nonsense\n", b"{}\n", b"\n", b"\xff\n"])
def test_a_line_that_is_no_deployment_is_an_error_with_its_place(tmp_path: Path, line: bytes) -> None:
    happen(tmp_path, ONE)
    path = tmp_path / HISTORY
    path.write_bytes(path.read_bytes() + line)
    with pytest.raises(KiwerkError, match="not a deployment") as caught:
        read_journal(tmp_path, ONE.release)
    assert caught.value.path == f"{path}:2"
    assert "Restore the file" in str(caught.value.remedy)


def test_an_intent_that_is_no_deployment_is_an_error_with_its_place(tmp_path: Path) -> None:
    (tmp_path / PENDING).write_bytes(b"{}")
    with pytest.raises(KiwerkError, match="not a deployment") as caught:
        heal_journal(tmp_path, None)
    assert caught.value.path == str(tmp_path / PENDING)
