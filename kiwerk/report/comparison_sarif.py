"""What a change lets agents do and no longer shows, for code scanning: one SARIF log (see `sarif.py`).

The run has a name of its own, so that it does not take the place of what `kiwerk check` found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiwerk.report.comparison_remarks import find_remarks
from kiwerk.report.sarif import describe_place, escape_message, format_log

if TYPE_CHECKING:
    from kiwerk.record.comparison import Comparison
    from kiwerk.report.comparison_remarks import Remark

_FINGERPRINT = "kiwerkDiff/v1"


def format_comparison_sarif(comparison: Comparison) -> str:
    """The log, with the rules that occur."""
    remarks = find_remarks(comparison)
    names = list(dict.fromkeys(remark.rule for remark in remarks))
    rules = [{"id": name, "shortDescription": {"text": name.replace("-", " ").capitalize()}} for name in names]
    return format_log(rules, [_result(remark, names.index(remark.rule)) for remark in remarks], "kiwerk-diff")


def _result(remark: Remark, rule: int) -> dict[str, Any]:
    gone = remark.is_gone and remark.place is not None
    # a line of base means nothing in head's file: the message names it
    text = f"{remark.message} (at base: {remark.place})" if gone else remark.message
    result: dict[str, Any] = {
        "ruleId": remark.rule,
        "ruleIndex": rule,
        "level": remark.level,
        "message": {"text": escape_message(text)},
        "partialFingerprints": {_FINGERPRINT: remark.fingerprint},
    }
    if remark.place is not None:
        line = 1 if gone else remark.place.line
        result["locations"] = [describe_place(remark.place.path, {"startLine": line})]
    return result
