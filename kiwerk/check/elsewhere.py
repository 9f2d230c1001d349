"""Documentation of the rules that no check here is about: what reading files and evaluating find."""

from __future__ import annotations

from typing import NamedTuple


class Note(NamedTuple):
    """What there is to say about a rule."""

    what: str
    instead: str


READING: dict[str, Note] = {
    "ambiguous-scalar": Note(
        "A number stands without quotes where text is meant (`telefon: 03023125042`), or where anything may stand and "
        "its text would change (`1.10`, `0123`, `1e3`).",
        'Put it in quotes: `"03023125042"`. A number that is meant is written as it is read: `1.1`.',
    ),
    "broken-link": Note(
        "A symbolic link leads nowhere, to a folder it lies in, or to a folder from inside a linked folder.",
        "Remove the link, or put a copy in its place.",
    ),
    "duplicate-key": Note("A key stands twice in one mapping; the second would silently win.", "Keep one of them."),
    "empty-file": Note("A file holds no document, or comments alone.", "Write one, or remove the file."),
    "file-encoding": Note(
        "A file is not UTF-8, begins with a byte order mark, or holds control characters or invisible line separators.",
        "Save it as UTF-8 without BOM, and remove the characters; they often come with copied text.",
    ),
    "file-too-large": Note(
        "A file is larger than 2 MiB, or holds more values than are read from one file.",
        "Split it, such as a suite into several suites of the same agent.",
    ),
    "invalid-path": Note(
        "The name of a file or folder cannot be part of an id.",
        "Use lower-case letters, digits and hyphens: `erster-besuch.yaml`.",
    ),
    "invalid-value": Note(
        "A value has the right type and still cannot be: out of its range, not one of the words allowed, not a regular "
        "expression, a date or a duration, or in conflict with its neighbours.",
        "The message says what is expected.",
    ),
    "missing-key": Note("A key that every such mapping needs is not there.", "Add it; the help shows an example."),
    "multiple-documents": Note("A `---` begins a second document in one file.", "Give each document its own file."),
    "not-a-file": Note(
        "Something that is no regular file has the place or the name of a document.",
        "Rename it, or put a file in its place.",
    ),
    "not-a-folder": Note(
        "`agents`, `processes` or `evals` is a file.",
        "Put a folder in its place.",
    ),
    "outside-repository": Note(
        "A symbolic link leaves the repository, so that a checkout elsewhere would say something else.",
        "Put a copy in its place.",
    ),
    "unexpected-file": Note(
        "A file lies among the documents and is not read.",
        "Move it elsewhere, or rename it if it holds a document.",
    ),
    "unknown-key": Note(
        "A mapping has a key that means nothing there, such as `expects` for `expect`: what it says would silently not "
        "happen.",
        "Correct it; where a known key is close, the finding proposes it.",
    ),
    "unknown-kind": Note("The `kind` of a document is none of kiwerk's.", "The help names the kinds."),
    "unreadable-file": Note("The system does not let kiwerk read a file or folder.", "Check its permissions."),
    "wrong-ending": Note("A file looks like YAML and does not end with `.yaml`.", "Rename it."),
    "wrong-folder": Note(
        "A document lies in a folder for other kinds, or in no company's folder.",
        "Move it to where the help says.",
    ),
    "wrong-type": Note(
        "A value has another type than its field: text for a list, a list for a mapping, nothing at all.",
        "The help shows an example of what is expected.",
    ),
    "yaml-alias": Note(
        "An alias (`*name`) stands for nothing that came before it, for the value it lies in, or for so much that the "
        "file would grow out of all proportion.",
        "Write the value out; put text that begins with a star in quotes.",
    ),
    "yaml-depth": Note("Lists and mappings are nested too deeply.", "Flatten the data."),
    "yaml-merge-key": Note(
        "A merge key (`<<`), which YAML 1.2 no longer has.",
        'Write the keys out; a name is written `"<<"`.',
    ),
    "yaml-non-string-key": Note(
        "A key is a list, a mapping or nothing at all; mostly a template that begins with `{{` without quotes.",
        "Put the whole value in quotes.",
    ),
    "yaml-number": Note(
        "A number is infinite, not a number, or too large to be kept exactly.",
        "Put it in quotes if it is text.",
    ),
    "yaml-syntax": Note("The file is not YAML 1.2.", "The message and the help say what is expected where."),
    "yaml-tag": Note(
        "A tag (`!name`) would make an object or change what a value is.",
        "Remove it; to keep text as text, put it in quotes.",
    ),
}
"""What is found while files are read and documents are held against their model."""

DECIDING: dict[str, Note] = {
    "invalid-configuration": Note(
        "The table `[tool.kiwerk]` of `pyproject.toml` cannot be read, has a key that means nothing, or gives a rule a "
        "severity that is none or that the rule cannot have.",
        "Severities are `error`, `warning` and `ignore`. Rules without which nothing can be built stay errors; rules "
        "that gate and deploy refuse can be errors or warnings.",
    ),
    "invalid-ignore": Note(
        "A comment that begins with `kiwerk:`, or that was meant to (`# kiwerk ignore[rule]`), is not of the form "
        "`# kiwerk: ignore[rule] reason`, names a rule that does not exist, or one that cannot be ignored: what makes "
        "a file unreadable, what keeps agents from being built, and what gate and deploy refuse.",
        "Correct the name, or what the rule found.",
    ),
    "unexplained-ignore": Note(
        "An ignore comment gives no reason. It ignores nothing until it does.",
        "Write behind the bracket why the rule is wrong here: `# kiwerk: ignore[unused-tool] für die Pilotphase`.",
    ),
    "unused-ignore": Note(
        "An ignore comment names a rule that finds nothing there: in its line, or in the next one where the comment "
        "stands alone.",
        "Remove it, or move it to where the finding is.",
    ),
}
"""What is found in the settings and comments that decide which findings count."""

WARNINGS = frozenset({"unexpected-file", "unused-ignore"})
"""The rules of this module that are warnings; the others are errors."""

EVALUATING: dict[str, Note] = {
    "counterexample-mismatch": Note(
        "A counterexample trips something else than its `trips` says, or cannot be judged.",
        "Correct `trips` where the message shows that the case notices more; correct the expectation where it notices "
        "less.",
    ),
    "failing-reference": Note(
        "A reference fails an expectation or rule of its own case, or nothing judges the case.",
        "The message says which one and why: correct the reference, the mock or the expectation.",
    ),
}
"""What is found by holding references and counterexamples against their cases."""
