"""The command line: plain arguments in, exit code out.

Each command is a module of its own, imported only when it is asked for or listed, and none of them imports anything
heavy at module level, so that `kiwerk --help` stays instant.
"""

from __future__ import annotations

import sys
from importlib import import_module
from keyword import iskeyword

import click

from kiwerk import __version__
from kiwerk.cli import streams
from kiwerk.errors import ExitCode, KiwerkError
from kiwerk.load.collection import collection_rare

_SECTIONS: dict[str, tuple[str, ...]] = {
    "Write": ("init", "new", "import", "tools", "rename", "fmt", "check", "render"),
    "Look": ("list", "graph", "explain", "history", "doctor"),
    "Evaluate": ("eval", "score", "show", "view", "chat", "label", "judge", "diff", "shard", "merge", "gate"),
    "Deliver": ("keys", "release", "attest", "verify", "deploy", "rollback", "status"),
}


_WHOLE_SENTENCE = 1000
"""Click cuts a command's summary at a number of characters; ours are one sentence, and are wrapped."""


class _LazyGroup(click.Group):
    """A group whose commands are imported by name: `kiwerk.cli.<name>` holds `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # the shape click asks for
        """Names of the commands, in the order of the work."""
        return [name for names in _SECTIONS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name; a module cannot have that of a keyword, and has an underscore behind it."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = import_module(f"kiwerk.cli.{module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command meant by the first argument; a near miss is named."""
        from difflib import get_close_matches  # only needed for a mistyped command

        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self.list_commands(ctx):
            near = get_close_matches(name, self.list_commands(ctx), n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            message = f"There is no command '{name}'.{hint}"
            raise click.UsageError(message, ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by the part of the work they belong to."""
        for section, names in _SECTIONS.items():
            rows = [
                (name, command.get_short_help_str(_WHOLE_SENTENCE))
                for name in names
                if (command := self.get_command(ctx, name))
            ]
            with formatter.section(section):
                formatter.write_dl(rows)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kiwerk")
def group() -> None:
    """Continuous delivery for AI employees.

    Agents, processes and evaluation cases are YAML in agents/, processes/ and evals/. kiwerk checks and renders them,
    runs the evaluations, and deploys exactly what was proven green.

    \b
    Examples:
      kiwerk init praxis         write a repository to start from
      kiwerk eval                check everything, run every case
      kiwerk deploy production   ship what has valid evidence
    """


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run a command; its exit code. The one place where a `KiwerkError` is caught, and our own defects are shown."""
    streams.escape_what_does_not_fit()
    try:
        with collection_rare():
            result = group.main(args=arguments, prog_name="kiwerk", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return ExitCode.IMPOSSIBLE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted", err=True)
        return ExitCode.INTERRUPTED
    except KiwerkError as error:
        _show_error(str(error))
        return error.exit_code
    except BrokenPipeError:
        # the reader has seen enough (`kiwerk show | head`); closing stderr keeps the interpreter quiet about it
        sys.stderr.close()
        return ExitCode.FINE
    except Exception as error:  # noqa: BLE001  # this is where all of them end
        return _show_unexpected(error)
    return int(result or ExitCode.FINE)


def _show_error(text: str) -> None:
    mark = click.style("error", fg="red", bold=True) if streams.use_colour(sys.stderr) else "error"
    click.echo(f"{mark}: {text}", err=True)


def _show_unexpected(error: Exception) -> int:
    if isinstance(error, OSError) and streams.is_about_output(error):
        _show_error(f"Standard output cannot be written: {(error.strerror or 'unknown reason').lower()}")
        streams.discard_output()
        return ExitCode.IMPOSSIBLE
    import traceback  # only needed when something is wrong with kiwerk itself

    click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    _show_error(f"This is a defect of kiwerk {__version__}, not of your files\n  help: Report it with the lines above")
    return ExitCode.DEFECT
