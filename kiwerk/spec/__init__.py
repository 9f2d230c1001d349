"""What people write: the kinds of documents, one file a kind."""

from __future__ import annotations

from kiwerk.spec.agent import Agent
from kiwerk.spec.base import Document
from kiwerk.spec.environment import Environment
from kiwerk.spec.facts import Facts
from kiwerk.spec.judge import Judge
from kiwerk.spec.organization import Organization
from kiwerk.spec.policy import Policy
from kiwerk.spec.prices import Prices
from kiwerk.spec.process import Process
from kiwerk.spec.suite import Suite
from kiwerk.spec.toolset import Toolset

KINDS: dict[str, type[Document]] = {
    "Organization": Organization,
    "Agent": Agent,
    "Toolset": Toolset,
    "Facts": Facts,
    "Environment": Environment,
    "Process": Process,
    "Suite": Suite,
    "Judge": Judge,
    "Policy": Policy,
    "Prices": Prices,
}

FOLDERS: dict[str, str] = {
    "Organization": "agents",
    "Agent": "agents",
    "Toolset": "agents",
    "Facts": "agents",
    "Environment": "agents/environments",
    "Process": "processes",
    "Suite": "evals",
    "Judge": "evals",
    "Policy": "evals",
    "Prices": "evals",
}
"""The folder each kind lives in; ids count from there."""

__all__ = [
    "FOLDERS",
    "KINDS",
    "Agent",
    "Document",
    "Environment",
    "Facts",
    "Judge",
    "Organization",
    "Policy",
    "Prices",
    "Process",
    "Suite",
    "Toolset",
]
