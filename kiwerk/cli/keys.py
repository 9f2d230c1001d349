"""`kiwerk keys`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from kiwerk.cli import options


@click.command
@click.option("--name", default="ci", show_default=True, help="Who will hold the private key.")
@click.option(
    "--env", "environments", multiple=True, metavar="ENV", help="Environment whose signers it joins; repeatable."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File for the private key, readable by you alone; standard output otherwise.",
)
@options.output("text", "json")
@options.repo
def command(name: str, environments: tuple[str, ...], output: Path | None, style: str, repo: Path) -> None:
    """Make an Ed25519 key pair to sign evidence with.

    The private key belongs into a secret called KIWERK_SIGNING_KEY and nowhere else. The public key is added to the
    signers of the environments named, all of them or none; nothing else in their files changes.

    \b
    Examples:
      kiwerk keys --name ci --env staging --env production --output signing.key
      KIWERK_SIGNING_KEY=$(cat signing.key) kiwerk attest --env staging
    """
    from kiwerk.deploy.keys import make_key_pair
    from kiwerk.pipeline.keys import plan_signers, write_private_key, write_signers

    if style == "json" and output is None:
        raise click.UsageError("--format json needs --output: a report is kept, and a private key must not be")
    pair = make_key_pair()
    texts = plan_signers(repo, environments, name, pair.public)
    # the private key first: a public one whose private one was lost would have to be taken out again
    if output is None:
        click.echo(pair.private)
        sys.stdout.flush()
    else:
        write_private_key(output, pair.private)
    write_signers(texts, output)
    if style == "json":
        files = {path.stem: str(path) for path in texts}
        shown = {"version": 1, "name": name, "public_key": pair.public, "private_key_file": str(output)}
        click.echo(json.dumps({**shown, "environments": files}, ensure_ascii=False, indent=2))
        return
    if output is not None:
        click.echo(f"private key: {output} (put it into the secret KIWERK_SIGNING_KEY, then delete the file)")
    for path in texts:
        click.echo(f"{name} may sign for {path.stem}: {path}", err=output is None)
    click.echo(f"public key: {pair.public}", err=output is None)
