"""Continuous delivery for AI employees: render, evaluate, gate and deploy agents kept as YAML."""

from __future__ import annotations

__version__ = "0.1.0"
