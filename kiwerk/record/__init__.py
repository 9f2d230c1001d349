"""What kiwerk writes: versioned records that import nothing from the content model."""

from __future__ import annotations

from kiwerk.record.alarm import Alarm, RuleAlarm
from kiwerk.record.base import Record, Status
from kiwerk.record.baseline import BaselineCase, BaselineFigures
from kiwerk.record.calibration import Calibration
from kiwerk.record.estimate import Estimate, Expected, HelperEstimate, Range
from kiwerk.record.importing import ImportedFile, Importing, PassHat, Published
from kiwerk.record.label import Label
from kiwerk.record.merging import MergedRun, Merging
from kiwerk.record.pulling import AddedOperation, ChangedOperation, Pulling
from kiwerk.record.release import Bundle, Deployment, Release, Segment, ShippedLimits, ShippedModel, ShippedTool
from kiwerk.record.reliability import FlakyCase, Reliability
from kiwerk.record.rescoring import Rejudged, Rescoring, ScoreChange, Unfit
from kiwerk.record.run import Partial, Replaced, Result, Run, Stopped
from kiwerk.record.score import Figure, Score, sum_status
from kiwerk.record.selection import Cause, LeftOutCase, SelectedCase, Selection, TierChoice
from kiwerk.record.spending import Bill, BillItem, Speaker, Spending, describe_vote, find_spending
from kiwerk.record.summary import AgentSummary, Summary, Tally, summarize_run
from kiwerk.record.transcript import (
    AUTHORED,
    Conversation,
    Origin,
    Replay,
    Simulation,
    Source,
    StateChange,
    ToolCall,
    Transcript,
    Turn,
    Unseen,
    Usage,
    UserError,
    sum_usage,
)
from kiwerk.record.verdict import Decision, RuleVerdict, SampleScore, Verdict
from kiwerk.record.vote import Answer, Vote

__all__ = [
    "AUTHORED",
    "AddedOperation",
    "AgentSummary",
    "Alarm",
    "Answer",
    "BaselineCase",
    "BaselineFigures",
    "Bill",
    "BillItem",
    "Bundle",
    "Calibration",
    "Cause",
    "ChangedOperation",
    "Conversation",
    "Decision",
    "Deployment",
    "Estimate",
    "Expected",
    "Figure",
    "FlakyCase",
    "HelperEstimate",
    "ImportedFile",
    "Importing",
    "Label",
    "LeftOutCase",
    "MergedRun",
    "Merging",
    "Origin",
    "Partial",
    "PassHat",
    "Published",
    "Pulling",
    "Range",
    "Record",
    "Rejudged",
    "Release",
    "Reliability",
    "Replaced",
    "Replay",
    "Rescoring",
    "Result",
    "RuleAlarm",
    "RuleVerdict",
    "Run",
    "SampleScore",
    "Score",
    "ScoreChange",
    "Segment",
    "SelectedCase",
    "Selection",
    "ShippedLimits",
    "ShippedModel",
    "ShippedTool",
    "Simulation",
    "Source",
    "Speaker",
    "Spending",
    "StateChange",
    "Status",
    "Stopped",
    "Summary",
    "Tally",
    "TierChoice",
    "ToolCall",
    "Transcript",
    "Turn",
    "Unfit",
    "Unseen",
    "Usage",
    "UserError",
    "Verdict",
    "Vote",
    "describe_vote",
    "find_spending",
    "sum_status",
    "sum_usage",
    "summarize_run",
]
