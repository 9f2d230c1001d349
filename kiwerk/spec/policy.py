"""The gate: how many samples are taken, and what must hold before anything is deployed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from kiwerk.spec.base import Day, Document, Duration, Model, NonEmpty, Share, Slug, one_of

REQUIREMENTS = ("failures", "pass_rate", "samples", "judges", "regressions")


class Repeats(Model):
    """How many conversations a case is sampled with."""

    critical: int = Field(ge=1, le=1000, examples=[5])
    """Samples of a case tagged `critical`."""
    other: int = Field(ge=1, le=1000, examples=[3])
    """Samples of every other case."""


class Failures(Model):
    """How many conversations may fail."""

    max: int = Field(ge=0, examples=[0])
    """Most failed samples among the selected cases."""


class PassRate(Model):
    """Mean of the cases' pass rates, per agent."""

    min: Share = Field(examples=[0.9])
    """Lowest pass rate, 0 to 1."""
    lower_bound: Share = Field(default=0.0, examples=[0.2])
    """Lowest lower end of its 95 % interval (Wilson, n = number of cases), 0 to 1."""


class Samples(Model):
    """Where the samples come from."""

    origin: Literal["model"] = Field(examples=["model"])
    """Always `model`: nothing written by a person is evidence."""
    providers: list[NonEmpty] = Field(min_length=1, examples=[["mistral"]])
    """Providers that count, known by the host that answered; another host is named as such."""
    max_age: Duration = Field(examples=["14d"])
    """Oldest sample that counts."""


class JudgeTrust(Model):
    """How far every judge that the cases ask must agree with people."""

    min_kappa: float | None = Field(default=None, ge=-1, le=1, examples=[0.6])
    """Lowest kappa of judge and people (Cohen), -1 to 1."""
    lower_bound: Share | None = Field(default=None, examples=[0.7])
    """Lowest lower end of the 95 % interval (Wilson) of each class's agreement, 0 to 1."""
    min_compared: int = Field(default=30, ge=1, examples=[50])
    """Fewest conversations with a model that people and judge have both judged."""

    @model_validator(mode="after")
    def _says_something(self) -> JudgeTrust:
        if self.min_kappa is None and self.lower_bound is None:
            message = "judges needs min_kappa or lower_bound"
            raise ValueError(message)
        return self


class Regressions(Model):
    """How many cases may go worse than with what is deployed now."""

    max: int = Field(ge=0, examples=[0])
    """Most regressed cases among the selected; only what fresh samples confirmed is called regressed."""
    confirm_repeats: int = Field(ge=1, le=1000, examples=[5])
    """Fewest fresh samples that confirm a difference, on either side, taken in turns."""


class Requirement(Model):
    """What must hold; exactly one of the five."""

    failures: Failures | None = Field(default=None, examples=[{"max": 0}])
    """How many conversations may fail."""
    pass_rate: PassRate | None = Field(default=None, examples=[{"min": 0.9, "lower_bound": 0.2}])
    """How good the agent must be on average."""
    samples: Samples | None = Field(
        default=None, examples=[{"origin": "model", "providers": ["mistral"], "max_age": "14d"}]
    )
    """Where the samples must come from."""
    judges: JudgeTrust | None = Field(default=None, examples=[{"min_kappa": 0.6, "min_compared": 50}])
    """How far the judges must agree with people."""
    regressions: Regressions | None = Field(default=None, examples=[{"max": 0, "confirm_repeats": 5}])
    """How many cases may go worse than with what is deployed now."""

    @model_validator(mode="after")
    def _one(self) -> Requirement:
        one_of(self, REQUIREMENTS, "require")
        return self


class PolicyRule(Model):
    """One condition of the gate."""

    id: Slug = Field(examples=["kritisch"])
    """Name of the rule."""
    select: str | None = Field(default=None, min_length=1, examples=["tag:critical"])
    """The cases it is about; without it all of the agent."""
    require: Requirement = Field(examples=[{"failures": {"max": 0}}])
    """What must hold for them."""


class PolicyException(Model):
    """Cases that a rule leaves out, by somebody's decision and for a time."""

    rule: Slug = Field(examples=["kritisch"])
    """The rule that is not applied."""
    select: NonEmpty = Field(examples=["case:praxis-weber/empfang#dienstag-halb-drei"])
    """The cases it is not applied to."""
    owner: NonEmpty = Field(examples=["Dr. Jana Weber"])
    """Who decided it."""
    reason: NonEmpty = Field(examples=["Der Anbieter behebt den Fehler bis zum 10. Dezember."])
    """Why."""
    until: Day = Field(examples=["2026-12-10"])
    """Last day of the exception, YYYY-MM-DD."""


class PullRequestTier(Model):
    """What a pull request samples of the cases it affects: critical ones, recent failures, a draw of the rest."""

    sample: int = Field(default=30, ge=0, le=100_000, examples=[30])
    """Cases drawn from all that are not critical, from each agent and process in proportion."""
    max_conversations: int = Field(default=300, ge=1, le=1_000_000, examples=[300])
    """Conversations with the model at most; cases are left out from the end of the draw first."""


class Tiers(Model):
    """How much of what could be sampled is sampled at which occasion; a deploy always needs all of it."""

    pull_request: PullRequestTier = Field(
        default_factory=PullRequestTier, alias="pull-request", examples=[{"sample": 30, "max_conversations": 300}]
    )
    """`kiwerk eval --tier pull-request`."""


class LogEntry(Model):
    """Somebody's decision that the gate, or what it looks at, may become weaker."""

    on: Day = Field(examples=["2026-11-25"])
    """Day of the decision, YYYY-MM-DD."""
    owner: NonEmpty = Field(examples=["Dr. Jana Weber"])
    """Who decided it."""
    reason: NonEmpty = Field(examples=["Die Praxis nimmt keine Termine am Samstag mehr an."])
    """Why."""
    weakens: list[NonEmpty] = Field(min_length=1, examples=[["removed-case:praxis-weber/empfang#samstag"]])
    """What becomes weaker by it, as `kiwerk diff` calls it."""


class Policy(Document):
    """The gate."""

    kind: Literal["Policy"] = Field(examples=["Policy"])
    """Always `Policy`."""
    repeats: Repeats = Field(examples=[{"critical": 5, "other": 3}])
    """How many samples each case gets."""
    tiers: Tiers = Field(default_factory=Tiers, examples=[{"pull-request": {"sample": 30, "max_conversations": 300}}])
    """What is sampled of it before a merge."""
    rules: list[PolicyRule] = Field(
        min_length=1, examples=[[{"id": "kritisch", "select": "tag:critical", "require": {"failures": {"max": 0}}}]]
    )
    """What must hold; all of it."""
    exceptions: list[PolicyException] = Field(default_factory=list, examples=[[]])
    """Cases left out for a time."""

    log: list[LogEntry] = Field(
        default_factory=list,
        examples=[
            [
                {
                    "on": "2026-11-25",
                    "owner": "Dr. Jana Weber",
                    "reason": "Die Praxis nimmt keine Termine am Samstag mehr an.",
                    "weakens": ["removed-case:praxis-weber/empfang#samstag"],
                }
            ]
        ],
    )
    """Decisions by which the gate became weaker; a change that weakens it needs an entry of its own."""

    @model_validator(mode="after")
    def _consistent(self) -> Policy:
        names = [rule.id for rule in self.rules]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            message = f"two rules are called {doubled[0]}"
            raise ValueError(message)
        unknown = [entry.rule for entry in self.exceptions if entry.rule not in names]
        if unknown:
            message = f"an exception names the rule {unknown[0]}, and there is none"
            raise ValueError(message)
        if not any(rule.require.samples for rule in self.rules):
            message = "a policy needs a rule that requires samples: without it nothing says where evidence comes from"
            raise ValueError(message)
        return self
