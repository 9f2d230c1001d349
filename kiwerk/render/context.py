"""What one rendering has to itself: its variables, and what it may still spend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from kiwerk.render.limits import Budget

if TYPE_CHECKING:
    from collections.abc import Callable


class Vocabulary(SandboxedEnvironment):
    """A sandbox that says which names its authors may use."""

    known_filters: dict[str, Callable[..., Any]]
    known_tests: dict[str, Callable[..., Any]]


class RenderContext(Context):
    """Variables of one rendering, and what it may still spend."""

    environment: Vocabulary

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.budget = Budget()
