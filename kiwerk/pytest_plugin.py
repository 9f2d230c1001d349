"""`pytest evals/`: suites as modules, conversations as items, held together on kiwerk's own engine.

Every pytest run of an environment with kiwerk imports this module. It therefore imports nothing but pytest until a
suite is collected, and collects only what lies below the `evals/` of the repository pytest was started for: another
project's YAML files, and example repositories among test data, are none of its business.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kiwerk.pipeline.models import Access
    from kiwerk.pipeline.workspace import Gate, Workspace
    from kiwerk.record import Result, Transcript
    from kiwerk.run.plan import Planned

BEHAVIOUR = frozenset(
    {"filterwarnings", "parameterise", "parameterize", "parametrise", "parametrize", "skip", "skipif"}
    | {"usefixtures", "xfail"}
)
"""Markers that change what pytest does: a tag of that name must not skip a case; `-k` still knows it."""


class CaseFailed(Exception):
    """A conversation did not show what it must; the text says what, and is all that is reported."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one item has to report."""

    problem: str | None
    """Absent where everything holds."""
    conversation: str | None = None
    """What was said and done, to read."""
    skipped: str | None = None
    """Why it could not be judged here, by kiwerk's decision."""


@dataclass
class Evaluations:
    """One repository's conversations: planned when its first suite is collected, held when the first item runs."""

    root: Path
    config: pytest.Config
    error: str | None = None
    """Why nothing can be collected; told by the suite that is collected first."""
    workspace: Workspace | None = None
    gate: Gate | None = None
    access: Access | None = None
    plan: dict[str, list[Planned]] = field(default_factory=dict)
    """By path of the suite, from the repository's root."""
    outcomes: dict[CaseItem, Outcome] = field(default_factory=dict)

    def prepare(self) -> None:
        """Check the repository, render its agents, and plan the conversations."""
        from kiwerk.errors import KiwerkError

        try:
            self._prepare()
        except KiwerkError as error:
            self.error = str(error)

    def _prepare(self) -> None:
        from kiwerk.pipeline.models import find_access
        from kiwerk.pipeline.plan import Wish, plan_evaluation
        from kiwerk.pipeline.workspace import Refusal, find_gate, find_sampling_gate, prepare
        from kiwerk.report.findings_text import format_findings_text

        workspace = prepare(self.root, _find_now(self.config))
        if isinstance(workspace, Refusal):
            errors = [finding for finding in workspace.findings if finding.severity == "error"]
            self.error = format_findings_text(errors, workspace.project.sources).rstrip()
            return
        base_url = self.config.getoption("kiwerk_base_url") or os.environ.get("KIWERK_BASE_URL")
        if base_url and is_xdist(self.config):
            self.error = "A live model is asked by one process, which keeps many conversations in flight: leave out -n"
            return
        if base_url:
            name = self.config.getoption("kiwerk_env")
            self.gate = find_gate(workspace, name) if name else find_sampling_gate(workspace)
            self.access = find_access(base_url, os.environ)
        self.workspace = workspace
        for item in plan_evaluation(workspace, Wish(), self.gate):
            self.plan.setdefault(item.situation.suite.document.path, []).append(item)

    def hold(self, items: Sequence[CaseItem]) -> None:
        """Hold the conversations of these items at once, and keep what each has to report."""
        from kiwerk.pipeline.rehearse import rehearse

        authored = [item for item in items if item.planned.script is not None]
        for item, found in zip(authored, rehearse([item.planned for item in authored]), strict=True):
            problems = [
                f"{finding.span.path}:{finding.span.line}: {finding.message}"
                for finding in found.findings
                if finding.severity == "error"
            ]
            self.outcomes[item] = _report(found.result, problems, found.transcript)
        self._sample([item for item in items if item.planned.script is None and not item.planned.skipped])

    def _sample(self, items: Sequence[CaseItem]) -> None:
        """Ask the model as `kiwerk eval` does: samples cost money, so they are stored, and stored ones used again."""
        from kiwerk.errors import KiwerkError
        from kiwerk.pipeline.evaluate import evaluate
        from kiwerk.pipeline.plan import Planning, Wish

        if not items or self.workspace is None:
            return
        try:
            planning = Planning(Wish(access=self.access), tuple(item.planned for item in items), None, None, self.gate)
            run = evaluate(self.workspace, planning, fresh=False).run
        except KiwerkError as error:
            self.outcomes.update((item, Outcome(str(error))) for item in items)
            return
        for item, result in zip(items, run.results, strict=True):
            outcome = _report(result, [])
            where = f"{outcome.problem}\n\nTo read it: kiwerk show {run.id} {item.planned.situation.case.id}"
            self.outcomes[item] = Outcome(where) if outcome.problem else outcome


_KEPT = pytest.StashKey[dict[Path, Evaluations]]()


class SuiteFile(pytest.File):
    """One file below `evals/`; a policy has no cases, and yields none."""

    def collect(self) -> Iterator[CaseItem]:
        """An item for each reference, counterexample and model sample, in the order of the suite."""
        root = find_root(self.path)
        kept = self.config.stash.setdefault(_KEPT, {})
        if root is None:
            return
        first = root not in kept
        if first:
            kept[root] = Evaluations(root, self.config)
            kept[root].prepare()
        evaluations = kept[root]
        if evaluations.error is not None:
            if first:
                raise self.CollectError(evaluations.error)
            return
        for planned in evaluations.plan.get(self.path.relative_to(root).as_posix(), ()):
            yield CaseItem.from_parent(self, name=name_item(planned), planned=planned, evaluations=evaluations)


class CaseItem(pytest.Item):
    """One conversation: judged here, held with all the others."""

    def __init__(self, *, planned: Planned, evaluations: Evaluations, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]  # what pytest hands to `from_parent`
        self.planned = planned
        self.evaluations = evaluations
        for tag in planned.situation.case.tags:
            self.extra_keyword_matches.add(tag)
            if tag not in BEHAVIOUR:
                _register(self.config, tag)
                self.add_marker(tag)
        if planned.skipped:
            self.add_marker(pytest.mark.skip(reason=planned.skipped))

    def setup(self) -> None:
        """Hold the whole selection, once; with xdist, which hands out items bit by bit, this one."""
        if self in self.evaluations.outcomes:
            return
        chosen = [self] if is_xdist(self.config) else _find_items(self.session.items, self.evaluations)
        self.evaluations.hold(chosen)

    def runtest(self) -> None:
        """Judge.

        Raises:
            CaseFailed: something does not hold.
        """
        outcome = self.evaluations.outcomes[self]
        if outcome.conversation:
            self.add_report_section("call", "conversation", outcome.conversation)
        if outcome.problem is not None:
            raise CaseFailed(outcome.problem)
        if outcome.skipped is not None:
            pytest.skip(outcome.skipped)

    def repr_failure(  # type: ignore[override]  # wider in pytest than what it documents
        self, excinfo: pytest.ExceptionInfo[BaseException], style: str | None = None
    ) -> object:
        """What does not hold, in words; a traceback only for what is a defect of kiwerk's own."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)  # type: ignore[arg-type]

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, the line of the case in it (from 0), and what to call it."""
        situation = self.planned.situation
        return self.path, situation.suite.span("cases", situation.index).line - 1, self.name


def pytest_addoption(parser: pytest.Parser) -> None:
    """What can be said about a live model, and about the clock."""
    group = parser.getgroup("kiwerk", "evaluation cases (kiwerk)")
    group.addoption(
        "--kiwerk-base-url", metavar="URL", help="OpenAI-compatible endpoint, up to /v1; $KIWERK_BASE_URL otherwise."
    )
    group.addoption("--kiwerk-env", metavar="ENV", help="Environment whose policy says how often to sample.")
    group.addoption("--kiwerk-now", metavar="MOMENT", help="Moment by which expiry and age are judged; the clock's.")


def pytest_configure(config: pytest.Config) -> None:
    """Nothing, where the moment can be read.

    Raises:
        UsageError: it cannot.
    """
    _find_now(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SuiteFile | None:
    """A suite, where the file is one of the repository that pytest was started for."""
    if file_path.suffix != ".yaml":
        return None
    root = find_root(file_path)
    if root is None or not _is_meant(root, parent.config):
        return None
    return SuiteFile.from_parent(parent, path=file_path)


def find_root(path: Path) -> Path | None:
    """The kiwerk repository below whose `evals/` a file lies."""
    for folder in path.parents:
        if folder.name == "evals" and (folder.parent / "agents").is_dir():
            return folder.parent
    return None


def name_item(planned: Planned) -> str:
    """What an item is called: `dienstag-halb-drei[reference]`, `[blind-gebucht]`, `[sample-1]`."""
    conversation, case = planned.conversation, planned.situation.case.id
    if planned.skipped:
        return case
    who = f"sample-{conversation.repetition + 1}" if planned.script is None else "reference"
    return f"{case}[{conversation.variant or who}]"


def is_xdist(config: pytest.Config) -> bool:
    """Whether this process is one of several that share the items."""
    return hasattr(config, "workerinput")


def _is_meant(root: Path, config: pytest.Config) -> bool:
    started = config.invocation_params.dir
    named = [os.path.abspath(started / argument.partition("::")[0]) for argument in config.args]  # noqa: PTH100
    return root in (config.rootpath, started) or any(Path(path).is_relative_to(root) for path in named)


def _find_now(config: pytest.Config) -> datetime:
    text = config.getoption("kiwerk_now")
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        message = f"--kiwerk-now: {text!r} is neither a date (2026-11-27) nor a moment (2026-11-27T10:00+01:00)"
        raise pytest.UsageError(message) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _register(config: pytest.Config, tag: str) -> None:
    """Make a tag a marker that pytest knows, unless it is one already."""
    known = {line.partition(":")[0].partition("(")[0].strip() for line in config.getini("markers")}
    if tag not in known:
        config.addinivalue_line("markers", f"{tag}: a tag of kiwerk cases")


def _find_items(items: Iterable[pytest.Item], evaluations: Evaluations) -> list[CaseItem]:
    return [item for item in items if isinstance(item, CaseItem) and item.evaluations is evaluations]


def _report(result: Result, problems: Sequence[str], transcript: Transcript | None = None) -> Outcome:
    """What does not hold of one conversation, each with its place; of a counterexample, what it trips wrongly."""
    if result.status == "passed" and not problems:
        return Outcome(None)
    if result.status == "skipped" and not problems:
        return Outcome(None, skipped=result.reason)
    lines = [] if result.conversation.origin == "counterexample" else list(_find_failed(result))
    lines = lines or [*problems]
    if result.reason and not any(result.reason in line for line in lines):
        lines.insert(0, result.reason)
    conversation = None
    if transcript is not None:
        from kiwerk.report.transcript_text import format_transcript

        conversation = format_transcript(result, transcript, colour=False)
    return Outcome(
        "\n".join(lines) or "Nothing was shown: no expectation, and no rule that was ever active", conversation
    )


def _find_failed(result: Result) -> Iterator[str]:
    for score in result.scores:
        if score.status in ("failed", "errored") and score.severity == "block":
            turn = f", after user turn {score.turn}" if score.turn else ""
            yield f"{score.place or result.conversation.case}: {score.name}{turn}\n  {score.message}"
