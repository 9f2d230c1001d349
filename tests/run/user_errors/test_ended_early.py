from __future__ import annotations

from collections.abc import Sequence

import pytest

from kiwerk.record import Turn
from kiwerk.rules import parse_label
from kiwerk.run.user_errors.ended_early import find_early_end
from tests.support.briefs import make_brief
from tests.support.transcripts import agent, call, user

ASKED = (
    user("Einen Termin, bitte."),
    agent("Montag um neun ist frei. Soll ich buchen?", call("kalender.pruefen:frei")),
)


@pytest.mark.parametrize(
    "turns",
    [
        pytest.param(ASKED, id="while it is asked"),
        pytest.param((*ASKED, user("Danke, tschüss."), agent("Auf Wiederhören.")), id="with a farewell"),
        pytest.param((user("Hallo."), agent("Nennen Sie mir bitte Ihren Namen.")), id="while it is told to say"),
        pytest.param((user("Hallo."), agent("Der ist leider schon gebucht. Geht Dienstag?")), id="taken by another"),
        pytest.param((agent("Praxis Dr. Weber."),), id="before a word"),
    ],
)
def test_leaving_while_the_agent_waits_is_early(turns: Sequence[Turn]) -> None:
    assert find_early_end(turns, make_brief()) is not None


@pytest.mark.parametrize(
    "turns",
    [
        pytest.param((*ASKED, user("Ja."), agent("Gebucht.", call("kalender.buchen:ok"))), id="done"),
        pytest.param((*ASKED, user("Ja."), agent("Belegt. Anders?", call("kalender.buchen:belegt"))), id="tried"),
        pytest.param((user("Einen Menschen."), agent("Wen?", call("uebergabe.mensch:verbunden"))), id="handed over"),
        pytest.param((*ASKED, user("Ja."), agent("Ihr Termin ist gebucht. Sonst noch etwas?")), id="claimed, not done"),
        pytest.param((user("Hallo."), agent("Das geht leider nicht.")), id="refused"),
        pytest.param((user("Hallo."), agent("Das mache ich nicht. Haben Sie sonst noch Fragen?")), id="offered more"),
    ],
)
def test_what_the_agent_did_or_claims_or_refuses_is_its_own(turns: Sequence[Turn]) -> None:
    assert find_early_end(turns, make_brief()) is None


def test_nothing_has_to_be_done_where_looking_up_ends_the_process_or_none_is_named() -> None:
    assert find_early_end(ASKED, make_brief(names_process=False)) is None
    assert find_early_end(ASKED, make_brief(ends=())) is None
    looked_up = (parse_label("wissen.suchen:treffer"), parse_label("uebergabe.mensch"))
    assert find_early_end(ASKED, make_brief(ends=looked_up)) is None


def test_an_end_without_a_change_is_an_end() -> None:
    ends = (parse_label("kalender.buchen:ok"), parse_label("kalender.pruefen:ausserhalb"))
    turns = (user("Nach Ulm."), agent("Dort arbeiten wir nicht. Verstehen Sie?", call("kalender.pruefen:ausserhalb")))
    assert find_early_end(turns, make_brief(ends=ends)) is None
