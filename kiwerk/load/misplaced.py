"""Documents that lie in a folder of another kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.finding import Finding
from kiwerk.spec import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.load.document import Document


def find_misplaced(document: Document, kind: str) -> Iterator[Finding]:
    """What is wrong with the folder of a document of this kind."""
    folder = document.path.rpartition("/")[0]
    inner = document.path.partition("/")[2]
    in_environments = document.path.startswith("agents/environments/")
    right = document.path.startswith(f"{FOLDERS[kind]}/") and in_environments is (kind == "Environment")
    if not right:
        yield Finding(
            "wrong-folder",
            f"A document of kind {kind} does not belong in {folder}/",
            document.span(("kind",)),
            help=f"Move it below {FOLDERS[kind]}/",
        )
    elif kind not in ("Environment", "Policy", "Prices") and "/" not in inner:
        yield Finding(
            "wrong-folder",
            f"A document of kind {kind} belongs to a company",
            document.span(("kind",)),
            help=f"Move it into the company's folder, such as {FOLDERS[kind]}/praxis-weber/",
        )
