"""Rules over the order of events: labels and DECLARE templates, one file a template."""

from __future__ import annotations

from kiwerk.rules.absence import judge_absence
from kiwerk.rules.init import judge_init
from kiwerk.rules.label import Event, Label, are_correlated, are_equal, parse_label
from kiwerk.rules.precedence import judge_precedence
from kiwerk.rules.response import judge_response
from kiwerk.rules.template import Judgement, Template, Terms, Truth

TEMPLATES: dict[str, Template] = {
    "absence": judge_absence,
    "init": judge_init,
    "precedence": judge_precedence,
    "response": judge_response,
}
"""The templates by the key a process writes them with."""

__all__ = [
    "TEMPLATES",
    "Event",
    "Judgement",
    "Label",
    "Template",
    "Terms",
    "Truth",
    "are_correlated",
    "are_equal",
    "parse_label",
]
