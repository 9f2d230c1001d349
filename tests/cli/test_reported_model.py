"""What a model calls itself: shown beside the name that was asked for, and judged by the gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.loop import make_workplace, playbooks_of
from tests.support.openai_server import serve


def test_other_model_is_shown_and_refused_until_the_right_one_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make_workplace(tmp_path, capsys)
    with serve({"playbooks": playbooks_of(place.root), "reported_model": "gpt-evil-2"}) as server:
        assert place.run("eval", "--base-url", server.base_url).code == 0
    shown = " ".join(place.run("show", "last", "dienstag-halb-drei", "--variant", "model").out.split())
    assert "gpt-evil-2 (reported; asked for mistral:mistral-small-2506)" in shown
    gate = place.run("gate", "--env", "staging")
    assert (gate.code, "5 samples answered by gpt-evil-2" in " ".join(gate.out.split())) == (1, True)
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        assert place.run("eval", "--base-url", server.base_url, "--fresh").code == 0
    gate = place.run("gate", "--env", "staging")
    assert (gate.code, "left out: 5 answered by gpt-evil-2" in " ".join(gate.out.split())) == (0, True), gate.out
