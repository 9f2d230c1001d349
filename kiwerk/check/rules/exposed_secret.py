"""A file holds a key, a token or a password.

What it does:
    Looks through every file, comments included, for keys and tokens that their issuers made recognisable (such as
    `sk-...`, `ghp_...`, `AKIA...`, private keys, JWTs), for passwords in addresses, for values of keys such as
    `password` or `api_key`, and for long random characters behind such a word. Public keys and digests are none. The
    report shows asterisks in its place, and no comment ignores it.

Why:
    Whoever reads the repository, its history, its reports or a copy of them can use it, and removing it later helps
    nobody: the history keeps it. Documents name the environment variable that holds a secret, never the secret.

Example:
    ```yaml
    credentials: {api-key: sk-proj-...}
    ```

Instead:
    ```yaml
    credentials: {api-key: PRODUCTION_API_KEY}
    ```
    Withdraw the secret where it was issued, and then remove it. A made-up one in a case is written so that it cannot be
    one, such as `sk-...` or `password: geheim`.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.check.secret_text import find_secrets
from kiwerk.finding import Finding
from kiwerk.load.content import MAX_FINDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("exposed-secret", essential=True)


def check_exposed_secrets(project: Project, _now: datetime) -> Iterator[Finding]:
    """What opens something to whoever reads the files; the finding does not repeat it."""
    for source in project.sources.values():
        for secret in islice(find_secrets(source.text), MAX_FINDINGS):
            yield Finding(
                RULE.name,
                f"{secret.kind[0].upper()}{secret.kind[1:]} in a file that others read",
                source.span_of(secret.start, secret.end),
                help="Withdraw it where it was issued, and name an environment variable in its place",
            )
