"""Lengths that a forecast takes where nothing is known, as (at least, at most)."""

from __future__ import annotations

CHARACTERS = (2.5, 4.5)
"""Of one token, as common tokenizers cut German and JSON."""
RESULT = (40, 600)
"""Characters of what a call returns."""
WORDS = (40, 600)
"""Characters of a reply that no reference is known for."""
