"""The same data written in ever other layouts, with comments that say which key they belong to."""

from __future__ import annotations

import json
from random import Random
from typing import Any


class Writer:
    """Writes data as YAML: keys, indentation, styles, blank lines and comments by the dice."""

    def __init__(self, seed: int, *, shuffled: bool = True, comments: bool = True) -> None:
        self.dice = Random(seed)  # noqa: S311  # nothing secret comes of it
        self.shuffled = shuffled
        self.comments = comments
        self.count = 0

    def document(self, data: dict[str, Any]) -> str:
        """A whole file."""
        head = self.dice.choice(["", "", "# Kopf der Datei\n", "# Kopf der Datei\n\n"])
        # what stands at the top is the file's, whatever key comes first
        lines = self._mapping(data, 0, first=True)
        return head + "".join(lines) + self.dice.choice(["", "\n", "\n\n"])

    def _mapping(self, data: dict[str, Any], column: int, *, first: bool) -> list[str]:
        """Lines of a block mapping; with `first` the first key stands behind a dash that is already written."""
        keys = list(data)
        if self.shuffled:
            self.dice.shuffle(keys)
        lines: list[str] = []
        for key in keys:
            if not first:
                lines += self._before(key, column)
            lines += self._entry(f"{key}:", key, data[key], "" if first else " " * column, column, is_item=False)
            first = False
        return lines

    def _sequence(self, data: list[Any], column: int) -> list[str]:
        lines: list[str] = []
        for item in data:
            if isinstance(item, dict) and item and self.dice.random() < 0.7:
                gap = self.dice.choice([1, 1, 1, 3])
                inner = self._mapping(item, column + 1 + gap, first=True)
                lines += [" " * column + "-" + " " * gap + inner[0], *inner[1:]]
            else:
                lines += self._entry("-", "", item, " " * column, column, is_item=True)
        return lines

    def _entry(self, head: str, key: str, value: Any, indent: str, column: int, *, is_item: bool) -> list[str]:
        block = self.dice.random() < 0.6
        if isinstance(value, dict) and value and block:
            if is_item:
                return [indent + head + "\n", *self._mapping(value, column + self.dice.randint(1, 4), first=False)]
            return [
                indent + head + self._side(key),
                *self._mapping(value, column + self.dice.randint(1, 4), first=False),
            ]
        if isinstance(value, list) and value and block:
            deeper = self.dice.randint(1, 4) if is_item else self.dice.randint(0, 4)
            return [indent + head + ("\n" if is_item else self._side(key)), *self._sequence(value, column + deeper)]
        if isinstance(value, str) and value.endswith("\n") and value.strip() and not value[0].isspace():
            inner = " " * (column + self.dice.randint(1, 4))
            body = [f"{inner}{line}\n" if line else "\n" for line in value[:-1].split("\n")]
            return [f"{indent}{head} |\n", *body]
        return [f"{indent}{head} {self._flow(value)}" + ("\n" if is_item else self._side(key))]

    def _flow(self, value: Any) -> str:
        if isinstance(value, dict):
            keys = list(value)
            if self.shuffled:
                self.dice.shuffle(keys)
            return "{" + ", ".join(f"{key}: {self._flow(value[key])}" for key in keys) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self._flow, value)) + "]"
        return json.dumps(value, ensure_ascii=False)

    def _before(self, key: str, column: int) -> list[str]:
        lines = ["\n"] if self.dice.random() < 0.1 else []
        if self.comments and self.dice.random() < 0.2:
            self.count += 1
            lines.append(f"{' ' * column}# above {key} {self.count}\n")
        return lines

    def _side(self, key: str) -> str:
        blanks = self.dice.choice(["", "", "", "  "])
        if self.comments and self.dice.random() < 0.2:
            self.count += 1
            return f"  # beside {key} {self.count}{blanks}\n"
        return f"{blanks}\n"
