"""What every record kiwerk writes has in common: a version, strictness, and no tie to the content model.

Records import nothing from `spec`, so that an old record stays readable when the content model changes.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A part of what kiwerk writes."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Status(StrEnum):
    """What became of one case or one expectation; there is no sixth, and never a NaN or a silent zero."""

    PASSED = "passed"
    FAILED = "failed"
    MEASURED = "measured"
    """A figure without a verdict."""
    ERRORED = "errored"
    """It could not be judged: the mock had no answer, the model could not be reached."""
    SKIPPED = "skipped"
    """It was not run, by kiwerk's decision; no gate takes it for green."""
