"""A model's name that may mean another model tomorrow.

What it does:
    Reports model names with an alias such as `-latest`, and names without any version: neither a date (`2506`,
    `2024-08-06`) nor a version number (`2.5`, `v3`, `001`) nor the size of open weights (`8b`). A preview needs a date,
    and so does every model of OpenAI: `gpt-4.1` is an alias of `gpt-4.1-2025-04-14`.

Why:
    Evidence is about exactly what ships. Behind an alias the provider changes the model without a commit, so that what
    was proven and what answers the phone are no longer the same.

Example:
    ```yaml
    model: {name: "mistral:mistral-small-latest"}
    ```

Instead:
    ```yaml
    model: {name: "mistral:mistral-small-2506"}
    ```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("floating-model")

_ALIAS = re.compile(r"(?:^|[-:@/_.])(?:latest|default|auto|stable|current|newest)\b")
# A lone digit is a generation (`gpt-5`). A size (`8b`) stands in the names of open weights, which nobody exchanges.
_VERSION = re.compile(r"[0-9]{3}|[0-9][.-][0-9]|\bv[0-9]|@|[0-9]b\b")
# `0613`, `2506`, `2024-08-06`, `05-20`
_DATE = re.compile(r"[0-9]{4}|(?<![0-9])[01][0-9]-[0-3][0-9](?![0-9])")
_PREVIEW = re.compile(r"[-:@/_.](?:preview|exp|experimental|beta|nightly)\b")
_ONLY_DATED = frozenset({"openai"})
"""Providers whose version numbers name a series; each of its models has a date."""


def check_floating_models(project: Project, _now: datetime) -> Iterator[Finding]:
    """Agents, simulated users and judges whose model is named by an alias or without a version."""
    named = [(agent.spec.model.name, agent.span("model", "name")) for agent in project.agents.values()]
    named += [
        (suite.spec.simulator.model.name, suite.span("simulator", "model", "name"))
        for suite in project.suites.values()
        if suite.spec.simulator
    ]
    named += [(judge.spec.model.name, judge.span("model", "name")) for judge in project.judges.values()]
    for name, span in named:
        provider, _, model = name.lower().partition(":")
        alias = _ALIAS.search(model)
        if alias:
            message = f"'{alias[0].strip('-:@/_.')}' may mean another model tomorrow"
        elif not _VERSION.search(model):
            message = f"'{model}' names no version of the model"
        elif (provider in _ONLY_DATED or _PREVIEW.search(model)) and not _DATE.search(model):
            message = f"'{model}' is an alias, and names no date of the model"
        else:
            continue
        yield Finding(RULE.name, message, span, help="Name the dated model")
