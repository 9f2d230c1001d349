"""tau-bench and tau2-bench (sierra-research): policy, tasks and recorded trajectories of their airline."""

from __future__ import annotations

from kiwerk.importers.tau2.documents import (
    AGENT,
    RECORDED,
    TIMEZONE,
    TOOLSET,
    Documents,
    name_case,
    write_documents,
)
from kiwerk.importers.tau2.files import Task, Trajectory, read_policy, read_tasks, read_trajectories
from kiwerk.importers.tau2.recording import record_trajectory

__all__ = [
    "AGENT",
    "RECORDED",
    "TIMEZONE",
    "TOOLSET",
    "Documents",
    "Task",
    "Trajectory",
    "name_case",
    "read_policy",
    "read_tasks",
    "read_trajectories",
    "record_trajectory",
    "write_documents",
]
