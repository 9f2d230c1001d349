"""All documents of one repository, by kind and id, with everything that was wrong in reading them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from kiwerk.finding import Finding, Span
from kiwerk.load.collection import collection_paused
from kiwerk.load.discover import Found, find_files, is_code
from kiwerk.load.document import Document, parse_document
from kiwerk.load.file import Fingerprint, load_bytes
from kiwerk.load.misplaced import find_misplaced
from kiwerk.load.parts import SHARED, company_of, must_be_repository
from kiwerk.load.source import decode_source
from kiwerk.load.validate import kind_of, validate_document
from kiwerk.spec import (
    FOLDERS,
    KINDS,
    Agent,
    Environment,
    Facts,
    Judge,
    Organization,
    Policy,
    Prices,
    Process,
    Suite,
    Toolset,
)
from kiwerk.spec import Document as Spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kiwerk.load.source import Source

__all__ = ["SHARED", "Broken", "Identity", "Loaded", "Project", "Reading", "S", "load_project", "read_files"]

_ENVIRONMENTS = "agents/environments/"
_LIKE_DOCUMENTS = (".yaml", ".yml")

S = TypeVar("S", bound=Spec)
R = TypeVar("R")
S_co = TypeVar("S_co", bound=Spec, covariant=True)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a path says about the document in it."""

    id: str
    company: str | None
    """First folder; absent for what belongs to no company."""

    @property
    def name(self) -> str:
        """Local name: the last segment."""
        return self.id.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Loaded(Generic[S_co]):
    """One document: who it is, where it stands, what it says."""

    identity: Identity
    document: Document
    spec: S_co

    @property
    def id(self) -> str:
        """Id within its kind."""
        return self.identity.id

    @property
    def name(self) -> str:
        """Local name: the last segment of the id."""
        return self.identity.name

    @property
    def company(self) -> str:
        """The company it belongs to; empty for what belongs to none."""
        return self.identity.company or ""

    def span(self, *route: str | int, key: bool = False) -> Span:
        """Where a part of it stands."""
        return self.document.span(route, key=key)


@dataclass(frozen=True, slots=True)
class Broken:
    """A document that could not be read: its findings are told, and references to it are not called unresolved."""

    identity: Identity
    kind: str | None
    """Absent where not even that could be read."""
    company: str
    """In whose folder it lies; empty for what belongs to none."""


@dataclass(frozen=True)
class Project:
    """All documents of one repository; mappings go from id to document, sorted by id."""

    root: Path
    organizations: Mapping[str, Loaded[Organization]]
    agents: Mapping[str, Loaded[Agent]]
    toolsets: Mapping[str, Loaded[Toolset]]
    facts: Mapping[str, Loaded[Facts]]
    environments: Mapping[str, Loaded[Environment]]
    processes: Mapping[str, Loaded[Process]]
    suites: Mapping[str, Loaded[Suite]]
    judges: Mapping[str, Loaded[Judge]]
    policies: Mapping[str, Loaded[Policy]]
    prices: Mapping[str, Loaded[Prices]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    broken: tuple[Broken, ...] = ()
    documents: Mapping[str, Document] = field(default_factory=dict)
    """Every file that could be parsed, by shown path."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    """Every file that is text, by shown path, whether it could be parsed or not: what excerpts are taken from."""

    def of_kind(self, model: type[S]) -> Mapping[str, Loaded[S]]:
        """The documents of one kind by id."""
        by_kind: dict[type[Spec], Mapping[str, Loaded[Spec]]] = {
            Organization: self.organizations,
            Agent: self.agents,
            Toolset: self.toolsets,
            Facts: self.facts,
            Environment: self.environments,
            Process: self.processes,
            Suite: self.suites,
            Judge: self.judges,
            Policy: self.policies,
            Prices: self.prices,
        }
        return cast("Mapping[str, Loaded[S]]", by_kind[model])

    def all(self) -> Iterator[Loaded[Spec]]:
        """Every document, kind by kind."""
        for model in KINDS.values():
            yield from self.of_kind(model).values()

    def in_company(self, model: type[S], company: str) -> Mapping[str, Sequence[Loaded[S]]]:
        """The documents of one kind in a company, by local name; several of one name are a finding."""
        return cast("Mapping[str, Sequence[Loaded[S]]]", self._by_company.get((model.__name__, company), {}))

    def once(self, work: Callable[[Project], R]) -> R:
        """What a function says of this project; it is asked once."""
        if work not in self._known:
            self._known[work] = work(self)
        return cast("R", self._known[work])

    def organization(self, company: str) -> Loaded[Organization] | None:
        """The company's organization, where it has exactly one."""
        found = [loaded for named in self.in_company(Organization, company).values() for loaded in named]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _known(self) -> dict[Callable[[Project], object], object]:
        return {}

    @cached_property
    def _by_company(self) -> Mapping[tuple[str, str], Mapping[str, Sequence[Loaded[Spec]]]]:
        """Documents by kind and company, then by local name, so that references are not looked for in all of them."""
        found: dict[tuple[str, str], dict[str, list[Loaded[Spec]]]] = {}
        for loaded in self.all():
            company = found.setdefault((type(loaded.spec).__name__, loaded.company), {})
            company.setdefault(loaded.name, []).append(loaded)
        return found


def load_project(root: Path) -> Project:
    """Everything below `agents/`, `processes/` and `evals/`, whatever is wrong with it.

    Raises:
        KiwerkError: there is no such folder, or none of the three is in it.
    """
    must_be_repository(root)
    return read_files(root, find_files(root)).project()


def read_files(root: Path, entries: Iterable[Found | Finding], before: Reading | None = None) -> Reading:
    """What these files say, whatever is wrong with them, beside what was read before."""
    reading = Reading(root) if before is None else before.copy()
    with collection_paused():
        for entry in entries:
            reading.add(entry)
    return reading


class Reading:
    """Collects what is read, file by file."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.fingerprint = Fingerprint()
        """Of what was added here."""
        self.findings: list[Finding] = []
        self.broken: list[Broken] = []
        self.documents: dict[str, Document] = {}
        self.sources: dict[str, Source] = {}
        self.by_kind: dict[str, dict[str, Loaded[Spec]]] = {kind: {} for kind in FOLDERS}
        self._known: dict[str, tuple[Loaded[Spec], Source]] = {}

    def copy(self) -> Reading:
        """The same, to add to; its fingerprint begins anew."""
        other = Reading(self.root)
        other.findings = self.findings.copy()
        other.broken = self.broken.copy()
        other.documents = self.documents.copy()
        other.sources = self.sources.copy()
        other.by_kind = {kind: documents.copy() for kind, documents in self.by_kind.items()}
        return other

    def add(self, entry: Found | Finding) -> None:
        """Read one file, or note why it cannot be read."""
        if isinstance(entry, Finding):
            self.fingerprint.add(entry.span.path, entry)
            self.findings.append(entry)
            if entry.span.path.endswith(_LIKE_DOCUMENTS):
                self._miss(entry.span.path, None)
            return
        data = load_bytes(entry.path, entry.shown)
        self.fingerprint.add(entry.shown, data)
        self.add_bytes(entry.shown, data)

    def expect(self, like: Project) -> None:
        """Let documents that are the same bytes in another version be the very same ones: nothing is parsed twice."""
        flawed = {finding.span.path for finding in like.findings}
        self._known = {
            loaded.document.path: (loaded, like.sources[loaded.document.path])
            for loaded in like.all()
            if loaded.document.path not in flawed and loaded.document.path in like.sources
        }

    def add_bytes(self, shown: str, data: bytes | Finding) -> None:
        """Take in a document, or a mock's Python, by the bytes of its file, wherever they come from, or why not."""
        if isinstance(data, Finding):
            self.findings.append(data)
            if not is_code(shown):
                self._miss(shown, None)
            return
        known = self._known.get(shown)
        if known is not None and known[0].document.digest == hashlib.sha256(data).hexdigest():
            same, self.sources[shown] = known
            self.documents[shown] = same.document
            self.by_kind[type(same.spec).__name__][same.id] = same
            return
        if is_code(shown):
            source, findings = decode_source(data, shown)
            self.findings += findings
            if source is not None:
                self.sources[shown] = source
            return
        result = parse_document(data, shown)
        self.findings += result.findings
        if result.source is not None:
            self.sources[shown] = result.source
        if result.document is None:
            self._miss(shown, None)
            return
        self.documents[shown] = result.document
        loaded, kind, problems = _read(result.document)
        self.findings += problems
        if loaded is None or kind is None:
            self._miss(shown, kind)
        else:
            self.by_kind[kind][loaded.id] = loaded

    def project(self) -> Project:
        """All that was read."""
        return Project(
            root=self.root,
            organizations=self._pick(Organization),
            agents=self._pick(Agent),
            toolsets=self._pick(Toolset),
            facts=self._pick(Facts),
            environments=self._pick(Environment),
            processes=self._pick(Process),
            suites=self._pick(Suite),
            judges=self._pick(Judge),
            policies=self._pick(Policy),
            prices=self._pick(Prices),
            findings=tuple(self.findings),
            broken=tuple(self.broken),
            documents=self.documents,
            sources=self.sources,
        )

    def _miss(self, shown: str, kind: str | None) -> None:
        self.broken.append(Broken(_identity(shown, kind), kind, company_of(shown)))

    def _pick(self, model: type[S]) -> Mapping[str, Loaded[S]]:
        items = sorted(self.by_kind[model.__name__].items())
        return {
            key: Loaded(item.identity, item.document, item.spec) for key, item in items if isinstance(item.spec, model)
        }


def _read(document: Document) -> tuple[Loaded[Spec] | None, str | None, list[Finding]]:
    model, problems = kind_of(document)
    if model is None:
        return None, None, list(problems)
    kind = model.__name__
    findings = list(find_misplaced(document, kind))
    spec, problems = validate_document(document, model)
    findings += problems
    identity = _identity(document.path, kind)
    if spec is None or any(finding.rule == "wrong-folder" for finding in findings):
        return None, kind, findings
    return Loaded(identity, document, spec), kind, findings


def _identity(shown: str, kind: str | None) -> Identity:
    """Who the document at a path is, from the repository's root."""
    path = shown.removesuffix(".yaml").removesuffix(".yml")
    # what cannot be read is what its folder is for
    if kind == "Environment" or (kind is None and path.startswith(_ENVIRONMENTS)):
        return Identity(path.removeprefix(_ENVIRONMENTS), None)
    inner = path.partition("/")[2]
    company = inner.partition("/")[0] if "/" in inner else None
    return Identity(inner, company)
