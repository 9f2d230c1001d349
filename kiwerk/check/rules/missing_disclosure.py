"""An agent meets people without saying that it is no human.

What it does:
    Demands an `opening` of every agent whose channel is `phone`, `email` or `chat`, and looks in its phrase for a word
    that tells: KI, künstliche Intelligenz, AI, automatisch, Sprachassistent, Chatbot and the like. A word that is
    denied ("keine KI, sondern ein Mensch") does not tell.

Why:
    People must be told that they deal with an AI, at the latest at the first contact (EU AI Act, Art. 50). A sentence
    in the prompt does not guarantee it; the opening is spoken word for word.

Example:
    ```yaml
    phrases: {gruss: "Praxis Dr. Weber, guten Tag. Was kann ich für Sie tun?"}
    ```

Instead:
    ```yaml
    phrases: {gruss: "Praxis Dr. Weber, guten Tag. Sie sprechen mit der KI-Assistentin der Praxis."}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related
from kiwerk.language.disclosure import find_disclosure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("missing-disclosure")

_HELP = "Say that this is an AI, such as: Sie sprechen mit der KI-Assistentin"


def check_missing_disclosures(project: Project, _now: datetime) -> Iterator[Finding]:
    """Public agents whose first words do not tell that they are an AI."""
    for agent in project.agents.values():
        spec = agent.spec
        if spec.channel == "internal":
            continue
        if spec.opening is None:
            message = "People meet this agent, and it has no opening"
            yield Finding(RULE.name, message, agent.span("channel"), help=f"Add one. {_HELP}")
            continue
        organization = project.organization(agent.company)
        phrase = organization.spec.phrases.get(spec.opening) if organization else None
        if organization is not None and phrase is not None and find_disclosure(phrase) is None:
            yield Finding(
                RULE.name,
                "The opening does not tell that this is an AI",
                agent.span("opening"),
                help=_HELP,
                related=(Related(organization.span("phrases", spec.opening), "The phrase"),),
            )
