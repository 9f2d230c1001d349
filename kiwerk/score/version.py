"""The version of judging, part of every `oracle` digest."""

from __future__ import annotations

SCORER_VERSION = 1
"""Raised when the same transcript may be judged differently by the same expectations: old scores are then made anew."""
