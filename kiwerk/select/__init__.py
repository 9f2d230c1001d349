"""Which cases are meant: the selector language of commands and policies."""

from __future__ import annotations

from kiwerk.select.selector import Selector, SelectorProblem, Subject, Term, parse_selector, select_subjects

__all__ = ["Selector", "SelectorProblem", "Subject", "Term", "parse_selector", "select_subjects"]
