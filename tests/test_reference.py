"""`docs/reference/` is what the code says; `UPDATE_SNAPSHOTS=1` writes it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from kiwerk import cli
from kiwerk.spec import KINDS
from kiwerk.spec.reference import format_kinds_page

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
WIDTH = 100
_LINK = re.compile(r"\]\(([^)#]*)(#[^)]*)?\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def format_commands_page() -> str:
    parent = click.Context(cli.group, info_name="kiwerk", terminal_width=WIDTH)
    names = cli.group.list_commands(parent)
    sections = [
        f"\n## {path}\n\n```text\n{shown}\n```\n"
        for name in names
        for path, shown in format_helps(cli.group, parent, name)
    ]
    introduction = (
        "# Commands\n\nThe help of every command, as `kiwerk COMMAND --help` prints it, in the order of the work. "
        "Exit codes: 0 fine, 1 findings\nor refused, 2 could not do the job, 130 interrupted. "
        "What `--format json` writes stands in [JSON output](../json.md).\n"
    )
    return f"{introduction}\n```text\n{cli.group.get_help(parent)}\n```\n{''.join(sections)}"


def format_helps(group: click.Group, parent: click.Context, name: str) -> Iterator[tuple[str, str]]:
    """A command's whole name and its help, and those of the commands in it."""
    command = group.get_command(parent, name)
    assert command is not None
    with click.Context(
        command, parent=parent, info_name=name, terminal_width=WIDTH, help_option_names=["-h", "--help"]
    ) as context:
        yield context.command_path, command.get_help(context)
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                yield from format_helps(command, context, inner)


PAGES: dict[str, Callable[[], str]] = {"kinds.md": format_kinds_page, "commands.md": format_commands_page}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_up_to_date(name: str) -> None:
    page = PAGES[name]()
    if os.environ.get("UPDATE_SNAPSHOTS"):
        (FOLDER / name).write_text(page, encoding="utf-8")
    assert (FOLDER / name).read_text(encoding="utf-8") == page, "stale: run `make reference`"


def test_every_page_is_in_the_table_of_contents() -> None:
    contents = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert {path.name for path in FOLDER.iterdir()} == {*PAGES, "README.md"}
    assert all(f"]({name})" in contents for name in PAGES)


@pytest.mark.parametrize("name", ["README.md", *PAGES])
def test_links_lead_somewhere(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    anchors = {heading.lower().replace(" ", "-") for heading in _HEADING.findall(text)}
    links = _LINK.findall(text)
    assert links
    for path, anchor in links:
        assert (FOLDER / path).exists(), path
        assert path or anchor[1:] in anchors, anchor


def test_every_field_of_every_model_is_explained_once() -> None:
    page = format_kinds_page()
    sections = dict(re.findall(r"^#{2,3} (\w+)\n(.*?)(?=^#{2,3} |\Z)", page, re.MULTILINE | re.DOTALL))
    schemas = [model.model_json_schema(by_alias=True) for model in KINDS.values()]
    models = {
        name: part for schema in schemas for name, part in schema.get("$defs", {}).items() if "properties" in part
    }
    models.update(zip(KINDS, schemas, strict=True))
    assert set(sections) == set(models)
    for name, schema in models.items():
        rows = re.findall(r"^\| `([\w-]+)` \|(.*)\|$", sections[name], re.MULTILINE)
        assert {key for key, _ in rows} == set(schema["properties"])
        assert all(len(re.split(r"(?<!\\)\|", rest)) == 3 for _, rest in rows), name
        assert all(rest.count("`") % 2 == 0 for _, rest in rows), name


@pytest.mark.parametrize(
    "row",
    [
        "| `turns` | whole number, at least 1, at most 200 | no, `30` |",
        "| `max_tokens` | whole number, at least 1 | no |",
        "| `owner` | name of a person | no |",
        "| `tools` | list of names of a [Toolset](#toolset) | no |",
        "| `in` | list of text, not empty | yes |",
        "| `valid_until` | date, `YYYY-MM-DD` | yes |",
        "| `channel` | `phone` or `email` or `chat` or `internal` | yes |",
        "| `scope` | [Scope](#scope) | no |",
        "| `people` | mapping of names to [Person](#person), not empty | yes |",
    ],
)
def test_types_are_said_in_words(row: str) -> None:
    assert row in format_kinds_page()
