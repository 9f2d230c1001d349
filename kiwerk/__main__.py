"""`python -m kiwerk`."""

from __future__ import annotations

from kiwerk.cli import main

main()
