"""The prompt of an agent as checks look at it: what it reads, what is written in it, and where that stands."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kiwerk.render.bundle import compile_prompt, template_finding
from kiwerk.render.problem import TemplateProblem

if TYPE_CHECKING:
    from kiwerk.finding import Span
    from kiwerk.load.project import Loaded
    from kiwerk.render.sandbox import Template
    from kiwerk.spec import Agent

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_NOT_A_BREAK = re.compile(r"[^\n]")


def compile_agent_prompt(agent: Loaded[Agent]) -> Template | None:
    """The agent's template, or None where it cannot be compiled, which is told elsewhere."""
    try:
        return compile_prompt(agent.spec.prompt)
    except TemplateProblem:
        return None


def blank_tags(prompt: str) -> str:
    """The prompt with blanks in place of everything in braces, so that lines and columns stay what they are."""
    return _TAG.sub(lambda tag: _NOT_A_BREAK.sub(" ", tag[0]), prompt)


def find_in_prompt(agent: Loaded[Agent], text: str, line: int) -> Span:
    """Where a text of the prompt stands in the file; its whole line where the file writes it otherwise.

    Args:
        agent: whose prompt it is.
        text: what is looked for, within one line.
        line: its line in the prompt, 1-based.
    """
    span = template_finding(agent, TemplateProblem("", line)).span
    written = agent.document.text.split("\n")[span.line - 1]
    begin = written.find(text) + 1
    return replace(span, column=begin, end_column=begin + len(text)) if begin else span
