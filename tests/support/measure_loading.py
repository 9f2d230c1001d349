"""Measure what reading YAML costs, beside PyYAML's CSafeLoader: `python -m tests.support.measure_loading`.

The figures of docs/decisions/0003 come from here. Only the ratios mean anything on another machine.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import yaml

from kiwerk.load.document import Document, parse_document

DOCUMENTS = 400
ROUNDS = 15

Work = Callable[[bytes], object]

PROCESS = """\
kind: Process
title: Terminvereinbarung {number}
owner: praxisleitung
reviewed: 2026-11-02
review_every: 90d
goal: Der Anrufer hat einen bestätigten Termin oder spricht mit einem Menschen.
slots:
  wunschtermin: {{type: datetime, required: true}}
  name:         {{type: text, required: true, pii: identity, retention: 30d}}
  rueckruf:     {{type: phone, required: true, pii: contact, retention: 30d}}
steps:
  - {{id: erfassen, collect: [wunschtermin, name], next: [{{when: given, then: pruefen}}, {{else: uebergeben}}]}}
  - id: pruefen
    call: kalender.pruefen
    with: {{beginn: wunschtermin}}         # argument: slot
    next: [{{when: frei, then: anbieten}}, {{when: belegt, then: erfassen}}, {{else: uebergeben}}]
  - {{id: anbieten, confirm: [wunschtermin], next: [{{when: affirmed, then: buchen}}, {{else: erfassen}}]}}
  - id: buchen
    call: kalender.buchen
    with: {{beginn: wunschtermin, name: name, telefon: rueckruf}}
  - {{id: abschliessen, instruct: Termin wiederholen und verabschieden., end: resolved}}
  - {{id: uebergeben, call: uebergabe.mensch, end: escalated}}
ends: {{resolved: {{after: "kalender.buchen:ok"}}, escalated: {{after: uebergabe.mensch}}}}
rules:
  - {{id: nur-einmal, absence: ["kalender.buchen:ok", 2], severity: block}}
"""


def read(data: bytes) -> Document:
    """The document in the bytes, which hold one."""
    document = parse_document(data, "processes/a.yaml").document
    if document is None:
        raise ValueError("the sample is flawed")
    return document


def read_with_place(data: bytes) -> Document:
    """The same, after somebody asked for a place."""
    document = read(data)
    document.span(())
    return document


def read_safely(data: bytes) -> object:
    """What PyYAML makes of it."""
    return yaml.load(data, yaml.CSafeLoader)


def compose(data: bytes) -> object:
    """PyYAML's nodes."""
    return yaml.compose(data, yaml.CSafeLoader)


def seconds(work: Work, samples: list[bytes]) -> float:
    """Time for all samples."""
    start = time.perf_counter()
    for sample in samples:
        work(sample)
    return time.perf_counter() - start


def kilobytes(work: Work, samples: list[bytes]) -> float:
    """What one result keeps."""
    tracemalloc.start()
    kept = [work(sample) for sample in samples]
    size = tracemalloc.get_traced_memory()[0] / len(kept) / 1024
    tracemalloc.stop()
    return size


def main() -> None:
    """Print time against CSafeLoader, and what stays in memory."""
    samples = [PROCESS.format(number=number).encode() for number in range(DOCUMENTS)]
    works: dict[str, Work] = {
        "CSafeLoader": read_safely,
        "PyYAML's nodes": compose,
        "kiwerk": read,
        "kiwerk, a place asked for": read_with_place,
    }
    best = dict.fromkeys(works, float("inf"))
    # In turns, so that a busy moment of the machine falsifies no ratio.
    for _ in range(ROUNDS):
        best = {name: min(best[name], seconds(work, samples)) for name, work in works.items()}
    print(f"{DOCUMENTS} documents of {PROCESS.count(chr(10))} lines   time against CSafeLoader   kept by each")
    for name, work in works.items():
        print(f"{name:30} {best[name] / best['CSafeLoader']:20.2f} {kilobytes(work, samples):20.1f} kB")


if __name__ == "__main__":
    main()
