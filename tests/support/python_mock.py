"""The canonical example with a calendar whose `buchen` is answered by Python."""

from __future__ import annotations

from pathlib import Path

CODE = "agents/praxis-weber/kalender.py"
BOOKING = """\
def buchen(args, state):
    if args["beginn"] not in state["frei"]:
        return {"outcome": "belegt", "result": {"fehler": "Termin nicht mehr frei"}}
    state["frei"].remove(args["beginn"])
    state["termine"].append(args)
    return {"outcome": "ok", "result": {"nummer": len(state["termine"])}}
"""


def give_python(root: Path, text: str = BOOKING) -> Path:
    """Take the clauses of `buchen` away and put a function in their place; the file."""
    toolset = root / "agents/praxis-weber/kalender.yaml"
    yaml = toolset.read_text("utf-8")
    yaml = yaml[: yaml.index("    buchen:\n      - {when")]
    toolset.write_text(yaml.replace("  state: {frei:", "  python: true\n  state: {frei:"), "utf-8")
    (root / CODE).write_text(text, "utf-8")
    return root / CODE
