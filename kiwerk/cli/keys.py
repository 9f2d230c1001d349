"""`kiwerk keys`."""

from __future__ import annotations

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
@options.repo
def command(name: str, environments: tuple[str, ...], output: Path | None, repo: Path) -> None:
    """Make an Ed25519 key pair to sign evidence with.

    The private key belongs into a secret called KIWERK_SIGNING_KEY and nowhere else. The public key is added to the
    signers of the environments named, comments and style of the file kept.

    \b
    Examples:
      kiwerk keys --name ci --env staging --env production --output signing.key
      KIWERK_SIGNING_KEY=$(cat signing.key) kiwerk attest --env staging
    """
    from kiwerk.deploy.keys import make_key_pair
    from kiwerk.pipeline.keys import add_signer, write_private_key

    paths = [repo / "agents" / "environments" / f"{environment}.yaml" for environment in environments]
    pair = make_key_pair()
    if output is not None:
        write_private_key(output, pair.private)
        click.echo(f"private key: {output} (put it into the secret KIWERK_SIGNING_KEY, then delete the file)")
    for path in paths:
        add_signer(path, name, pair.public)
        click.echo(f"{name} may sign for {path.stem}: {path}")
    click.echo(f"public key: {pair.public}", err=output is None)
    if output is None:
        click.echo(pair.private)
