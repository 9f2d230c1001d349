"""What one template may cost, counted and not timed, so that every machine answers alike.

A step is work that takes about a microsecond at most: one node of the template, or 512 characters scanned.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiwerk.render.problem import Misuse

MAX_SOURCE_CHARACTERS = 1_000_000
"""Source of one template: what could be printed anyway."""
MAX_TOKENS = 10_000
"""Words and signs inside the braces of one template; compiling takes about 50 µs for each."""
MAX_BRACKETS = 20
"""Brackets inside each other: the parser recurses 14 frames for each, and Python has 1,000."""
MAX_DEPTH = 40
"""Nodes of one expression inside each other; Python refuses code with 200 nested parentheses."""
MAX_BLOCKS = 16
"""`for`, `if` and the like inside each other; Python refuses more than 20 nested loops."""
MAX_CALLS = 32
"""Macros calling each other; each takes 4 of Python's 1,000 frames."""
MAX_STEPS = 500_000
MAX_CHARACTERS = 5_000_000
"""Text made on the way, in macros, filters and concatenations; 20 MB where each needs four bytes."""
MAX_OUTPUT_CHARACTERS = 1_000_000
MAX_RANGE = 10_000
MAX_INTEGER = 2**53 - 1
"""The largest whole number that JSON carries exactly (RFC 8785)."""

CHARACTERS_PER_STEP = 512
STEPS_PER_CALL = 20
"""Calling a macro goes through four functions of Python, and further where its stack has to grow for them."""


class Budget:
    """What one rendering may still spend."""

    __slots__ = ("_calls", "_characters", "_steps")

    def __init__(self) -> None:
        self._steps = MAX_STEPS
        self._characters = MAX_CHARACTERS
        self._calls = MAX_CALLS

    def spend(self, steps: int) -> None:
        """Takes steps, before or right after the work they stand for.

        Raises:
            Misuse: fewer are left.
        """
        self._steps -= steps
        if self._steps < 0:
            raise Misuse(
                f"Takes more than {MAX_STEPS:,} steps",
                "Shorten its loops, and the lists and texts they work on",
            )

    def write(self, characters: int) -> None:
        """Takes characters of text, before the text is made.

        Raises:
            Misuse: fewer are left.
        """
        self._characters -= characters
        if self._characters < 0:
            raise Misuse(f"Makes more than {MAX_CHARACTERS:,} characters of text", "Shorten its texts and its loops")

    def enter_call(self) -> None:
        """One macro more inside the others.

        Raises:
            Misuse: it is one too many, or too few steps are left.
        """
        self.spend(STEPS_PER_CALL)
        self._calls -= 1
        if self._calls < 0:
            raise Misuse(f"Calls more than {MAX_CALLS} macros inside each other", "Write a loop instead of a recursion")

    def leave_call(self) -> None:
        """One macro fewer inside the others."""
        self._calls += 1

    def scan(self, value: object) -> None:
        """Takes what it costs to look at the whole of a value once, with everything inside it.

        Shared parts count every time they are met, as comparing and copying meet them every time; a value that
        contains itself ends with the budget.

        Raises:
            Misuse: too few steps are left.
        """
        if isinstance(value, str):
            if len(value) > CHARACTERS_PER_STEP:
                self.spend(len(value) // CHARACTERS_PER_STEP)
            return
        rest: list[object] = [value]
        while rest:
            item = rest.pop()
            if isinstance(item, str):
                self.spend(1 + len(item) // CHARACTERS_PER_STEP)
            elif isinstance(item, Mapping):
                self.spend(1 + len(item))
                rest.extend(item.values())
            elif isinstance(item, (list, tuple)):
                self.spend(1 + len(item))
                rest.extend(item)
            else:
                self.spend(1)

    def search(self, text: str, part: str) -> None:
        """Takes what it costs to look for `part` in `text`, in the worst case.

        CPython compares naively in short texts and in linear time in long ones, where `part` is long as well.

        Raises:
            Misuse: too few steps are left.
        """
        length, width = len(text), len(part)
        naive = length * min(width, length) // 2048 if length < 30_000 else 0  # noqa: PLR2004  # CPython's threshold
        self.spend(1 + (length + width) // 256 + naive)


def check_length(characters: int) -> None:
    """Nothing, where a text of this length may be made at all; making it is paid for as well.

    Raises:
        Misuse: it may not.
    """
    if characters > MAX_CHARACTERS:
        raise Misuse(f"Makes more than {MAX_CHARACTERS:,} characters of text", "Shorten its texts and its loops")
