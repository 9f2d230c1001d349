"""A process as a standard operating procedure: what the model reads is what the transcript is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kiwerk.load.content import Route
    from kiwerk.spec.process import Branch, OrderRule, Process, Slot, Step


@dataclass(frozen=True)
class _Words:
    """The fixed words of a procedure in one language."""

    goal: str
    slots: str
    steps: str
    rules: str
    required: str
    types: Mapping[str, str]
    collect: str
    confirm: str
    call: str
    end: str
    go: str
    branch: str
    otherwise: str
    outcomes: Mapping[str, str]
    precedence: str
    response: str
    absence: str
    never: str
    init: str
    outcome: str
    same: str
    joint: str


_GERMAN = _Words(
    goal="Ziel: {}",
    slots="Angaben:",
    steps="Schritte:",
    rules="Regeln, die immer gelten:",
    required="nötig",
    types={
        "text": "Text",
        "phone": "Telefonnummer",
        "email": "E-Mail-Adresse",
        "date": "Datum",
        "time": "Uhrzeit",
        "datetime": "Datum und Uhrzeit",
        "number": "Zahl",
        "choice": "Auswahl",
    },
    collect="Erfrage {}.",
    confirm="Nenne {} und lass es dir ausdrücklich bestätigen.",
    call="Rufe {} auf{}.",
    end="Damit ist der Vorgang beendet ({}).",
    go="Weiter mit Schritt {}.",
    branch="{}: weiter mit Schritt {}.",
    otherwise="Sonst: weiter mit Schritt {}.",
    outcomes={
        "given": "Angaben vollständig",
        "unwilling": "Angaben verweigert",
        "affirmed": "Bestätigt",
        "refused": "Abgelehnt",
        "unclear": "Unklar",
        "error": "Fehler",
    },
    precedence="{1} nur, wenn vorher {0} erfolgt ist{2}.",
    response="Nach {0} muss {1} folgen{2}.",
    absence="{0} höchstens {1}-mal.",
    never="{0} nie.",
    init="Als Erstes {0}.",
    outcome="{} mit dem Ergebnis {}",
    same=" (mit gleichem Wert für {})",
    joint="und",
)

_ENGLISH = _Words(
    goal="Goal: {}",
    slots="Details:",
    steps="Steps:",
    rules="Rules that always hold:",
    required="required",
    types={
        "text": "text",
        "phone": "phone number",
        "email": "e-mail address",
        "date": "date",
        "time": "time",
        "datetime": "date and time",
        "number": "number",
        "choice": "choice",
    },
    collect="Ask for {}.",
    confirm="State {} and have it explicitly confirmed.",
    call="Call {}{}.",
    end="This ends the matter ({}).",
    go="Go on with step {}.",
    branch="{}: go on with step {}.",
    otherwise="Otherwise: go on with step {}.",
    outcomes={
        "given": "Details complete",
        "unwilling": "Details refused",
        "affirmed": "Confirmed",
        "refused": "Declined",
        "unclear": "Unclear",
        "error": "Error",
    },
    precedence="{1} only after {0}{2}.",
    response="{0} must be followed by {1}{2}.",
    absence="{0} at most {1} times.",
    never="{0} never.",
    init="First of all {0}.",
    outcome="{} with the result {}",
    same=" (with the same value of {})",
    joint="and",
)


def render_procedure(process: Process, language: str) -> str:
    """The process in words, in German for `de` and in English for every other language."""
    return "".join(f"{text}\n" for _, text in find_procedure_parts(process, language))


def find_procedure_parts(process: Process, language: str) -> Iterator[tuple[Route, str]]:
    """The parts of a procedure, each without its last line's end, with the route of what it says in the process."""
    words = _GERMAN if language == "de" else _ENGLISH
    yield ("title",), f"## {process.title}"
    yield ("goal",), words.goal.format(process.goal)
    if process.slots:
        yield ("slots",), words.slots
    for name, slot in process.slots.items():
        yield ("slots", name), _slot(name, slot, words)
    yield ("steps",), words.steps
    numbers = {step.id: number for number, step in enumerate(process.steps, 1)}
    for index, step in enumerate(process.steps):
        yield ("steps", index), f"{numbers[step.id]}. {_step(step, numbers, words)}"
    if process.rules:
        yield ("rules",), words.rules
    for index, rule in enumerate(process.rules):
        yield ("rules", index), f"- {_rule(rule, words)}"


def wire_name(label: str) -> str:
    """Name on the wire of an operation: function names allow no dots."""
    return label.replace(".", "__", 1)


def _slot(name: str, slot: Slot, words: _Words) -> str:
    notes = [words.types[slot.type], *([words.required] if slot.required else [])]
    options = f": {', '.join(slot.options)}" if slot.options else ""
    return f"- {name} ({', '.join(notes)}){options}"


def _step(step: Step, numbers: Mapping[str, int], words: _Words) -> str:
    if step.collect:
        text = words.collect.format(_joined(step.collect, words))
    elif step.confirm:
        text = words.confirm.format(_joined(step.confirm, words))
    elif step.call:
        pairs = ", ".join(f"{argument} = {slot}" for argument, slot in step.arguments.items())
        text = words.call.format(wire_name(step.call), f" ({pairs})" if pairs else "")
    else:
        text = step.instruct or ""
    if step.end:
        return f"{text} {words.end.format(step.end)}"
    if isinstance(step.next, str):
        return f"{text} {words.go.format(_number(step.next, numbers))}"
    return " ".join([text, *(_branch(branch, numbers, words) for branch in step.branches)])


def _branch(branch: Branch, numbers: Mapping[str, int], words: _Words) -> str:
    number = _number(branch.target, numbers)
    if branch.when is None:
        return words.otherwise.format(number)
    return words.branch.format(words.outcomes.get(branch.when, branch.when), number)


def _number(step: str, numbers: Mapping[str, int]) -> str:
    """Number of a step; its name where there is no such step, which a check reports."""
    return str(numbers.get(step, step))


def _rule(rule: OrderRule, words: _Words) -> str:
    events = [_event(event, words) for event in rule.events]
    if rule.absence is not None:
        allowed = rule.absence[1] - 1
        return (words.absence if allowed else words.never).format(events[0], allowed)
    if rule.init is not None:
        return words.init.format(events[0])
    same = words.same.format(_joined(rule.where.same, words)) if rule.where else ""
    template = words.precedence if rule.precedence is not None else words.response
    return template.format(*events, same)


def _event(label: str, words: _Words) -> str:
    operation, colon, outcome = label.partition(":")
    name = wire_name(operation)
    return words.outcome.format(name, outcome) if colon else name


def _joined(names: list[str], words: _Words) -> str:
    *head, last = names
    return f"{', '.join(head)} {words.joint} {last}" if head else last
