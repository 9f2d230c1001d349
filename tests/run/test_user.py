from __future__ import annotations

import asyncio

from kiwerk.record import Turn
from kiwerk.run.user import ScriptedUser, Utterance


def test_script_goes_on_where_the_conversation_stands() -> None:
    user = ScriptedUser(("Guten Tag.", ""))
    opening, answer = Turn(role="agent", text="Praxis Dr. Weber."), Turn(role="agent", text="Ja?")
    first = Turn(role="user", text="Guten Tag.")
    assert asyncio.run(user.speak([opening])) == Utterance("Guten Tag.")
    assert asyncio.run(user.speak([opening, first, answer])) == Utterance("")
    assert asyncio.run(user.speak([first, answer, first, answer])) is None
