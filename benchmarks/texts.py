"""The documents of the generated repository: German as companies write it, with fictional people and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class Named(NamedTuple):
    """A word for paths and one for people."""

    slug: str
    title: str


class Matter(NamedTuple):
    """Why people call."""

    slug: str
    title: str
    wish: str
    """As callers say it."""


class Situation(NamedTuple):
    """What differs from case to case."""

    number: int
    process: str
    matter: Matter
    moment: datetime
    caller: str
    phone: str
    reason: str


TRADES = (
    *(Named("zahnarzt", "Zahnarztpraxis"), Named("physio", "Physiotherapie"), Named("optik", "Optik")),
    *(Named("heizung", "Heizung und Sanitär"), Named("elektro", "Elektrotechnik"), Named("kanzlei", "Steuerkanzlei")),
    *(Named("autohaus", "Autohaus"), Named("friseur", "Friseursalon"), Named("tierarzt", "Tierarztpraxis")),
    Named("tischler", "Tischlerei"),
)
TOWNS = (
    *(Named("ahornweg", "am Ahornweg"), Named("bergstrasse", "Bergstraße"), Named("domplatz", "am Domplatz")),
    *(Named("eichenhof", "Eichenhof"), Named("fischmarkt", "am Fischmarkt"), Named("gartenstadt", "Gartenstadt")),
    *(Named("hafen", "am Hafen"), Named("inselweg", "Inselweg"), Named("jakobsplatz", "am Jakobsplatz")),
    Named("kirchgasse", "Kirchgasse"),
)
ROLES = (
    *(Named("empfang", "Telefonempfang"), Named("termine", "Terminvergabe"), Named("rueckrufe", "Rückrufdienst")),
    *(Named("abend", "Abenddienst"), Named("wochenende", "Wochenenddienst"), Named("neukunden", "Neukundendienst")),
    *(Named("stammkunden", "Stammkundendienst"), Named("firmen", "Firmenkundendienst")),
    *(Named("beratung", "Beratungstelefon"), Named("werkstatt", "Werkstattannahme")),
)
MATTERS = (
    Matter("termin", "Termin vereinbaren", "Ich bräuchte einen Termin"),
    Matter("beratung", "Beratungsgespräch vereinbaren", "Ich hätte gern eine Beratung"),
    Matter("kontrolle", "Kontrolltermin vereinbaren", "Die jährliche Kontrolle wäre wieder fällig"),
    Matter("besichtigung", "Besichtigung vereinbaren", "Könnte sich das bei uns jemand ansehen"),
    Matter("abholung", "Abholung vereinbaren", "Ich möchte etwas abholen"),
    Matter("wartung", "Wartung vereinbaren", "Unsere Anlage müsste gewartet werden"),
    Matter("erstgespraech", "Erstgespräch vereinbaren", "Ich bin neu bei Ihnen und möchte ein Erstgespräch"),
)
STAFF = ("Dr. Jana Weber", "Ute Probe", "Hannes Muster", "Meral Beispiel", "Ole Vorlage")
CALLERS = (
    *("Erika Beispiel", "Max Muster", "Ute Probe", "Meral Beispiel", "Hannes Muster", "Jörg Vorlage"),
    *("Ayşe Muster", "Günther Probe", "Zoë Beispiel", "Krzysztof Muster", "Frauke Vorlage", "Søren Probe"),
)
REASONS = (
    "Es eilt ein wenig, weil wir danach zwei Wochen verreist sind.",
    "Am liebsten gleich in der Früh, ich muss danach zur Arbeit.",
    "Vormittags wäre mir lieber, aber nachmittags geht es zur Not auch.",
    "Meine Nachbarin hat Sie empfohlen, sie war sehr zufrieden.",
    "Letztes Mal hat es leider nicht geklappt, da war ich krank.",
    "Ich rufe für meinen Vater an, er hört am Telefon nicht mehr so gut.",
    "Wenn es anders nicht geht, nehme ich auch den Tag darauf.",
    "Das hat keine große Eile, nur bitte nicht erst im nächsten Quartal.",
)
DAYS = ("Montag bis Freitag", "Montag bis Donnerstag", "Dienstag bis Samstag")
_WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")

HANDOVER = """\
kind: Toolset
operations:
  mensch:
    description: Verbindet den Anrufer mit einem Menschen des Betriebs.
    effect: handover
    outcomes: [verbunden, nicht_erreichbar]
    parameters: {type: object, required: [grund], properties: {grund: {type: string}}}
mock:
  state: {erreichbar: true}
  calls:
    mensch:
      - {when: "=state.erreichbar", outcome: verbunden, result: {verbunden: true}}
      - {outcome: nicht_erreichbar, result: {verbunden: false}}
"""
STAGING = """\
kind: Environment
allowed_regions: [eu]
target: {directory: "build/staging/{company}"}
signers: [{name: ci, ed25519: "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}]
policy: standard
"""
PRODUCTION = STAGING.replace("kind: Environment\n", "kind: Environment\npromote_from: staging\n").replace(
    "build/staging", "build/production"
)
POLICY = """\
kind: Policy
repeats: {critical: 5, other: 3}
rules:
  - {id: kritisch, select: "tag:critical", require: {failures: {max: 0}}}
  - {id: gesamt, require: {pass_rate: {min: 0.9, lower_bound: 0.2}}}
  - {id: herkunft, require: {samples: {origin: model, providers: [mistral], max_age: 14d}}}
exceptions: []
"""


def organization(title: str, owner: str) -> str:
    """A company with its people."""
    return f"""\
kind: Organization
title: {title}
timezone: Europe/Berlin
people:
  leitung: {{name: {owner}, deputy: empfang, escalation: true}}
  empfang: {{name: Ute Probe}}
processors: {{mistral: {{region: eu, contract: 2026-03-01}}}}
phrases: {{ki_hinweis: "{title}, guten Tag. Sie sprechen mit der KI-Assistentin."}}
"""


def calendar(title: str) -> str:
    """The company's calendar with its mock."""
    return f"""\
kind: Toolset
description: Kalender von {title}.
operations:
  pruefen:
    description: Prüft, ob ein Termin bei {title} frei ist.
    effect: read
    outcomes: [frei, belegt]
    parameters:
      type: object
      required: [beginn]
      properties: {{beginn: {{type: string, description: "Ortszeit, JJJJ-MM-TTThh:mm"}}}}
  buchen:
    description: Bucht den Termin bei {title}.
    effect: write
    confirm: explicit
    outcomes: [ok, belegt]
    parameters:
      type: object
      required: [beginn, name, telefon]
      properties:
        beginn: {{type: string, description: "Ortszeit, JJJJ-MM-TTThh:mm"}}
        name: {{type: string}}
        telefon: {{type: string}}
mock:
  state: {{frei: [], termine: []}}
  calls:
    pruefen:
      - {{when: "=args.beginn in state.frei", outcome: frei, result: {{frei: true}}}}
      - {{outcome: belegt, result: {{frei: false, alternativen: "=state.frei"}}}}
    buchen:
      - when: "=args.beginn in state.frei"
        outcome: ok
        result: {{nummer: "=1 + state.termine | length"}}
        remove: {{frei: "=args.beginn"}}
        append: {{termine: "=args"}}
      - {{outcome: belegt, result: {{fehler: Termin nicht mehr frei}}}}
"""


def facts(role: str, hours: str) -> str:
    """When an agent's department can be reached."""
    return f"""\
kind: Facts
description: Sprechzeiten für {role}.
source: Aushang
valid_until: 2027-06-30
values:
  sprechzeit: {hours}
  hinweis: An Feiertagen bleibt geschlossen.
"""


def agent(title: str, slug: str, role: str, processes: list[str], matters: list[str]) -> str:
    """An agent with a prompt of its own."""
    return f"""\
kind: Agent
title: {role}
description: Nimmt Anrufe für {title} an.
owner: leitung
channel: phone
language: de
address: sie
model: {{name: "mistral:mistral-small-2506", temperature: 0.2}}
scope: {{in: [{", ".join(matters)}, Öffnungszeiten], out: [Rechtsberatung, Preiszusagen]}}
processes: [{", ".join(processes)}]
tools: [kalender, shared/uebergabe]
facts: [zeiten-{slug}]
runtime: {{heute: date}}
opening: ki_hinweis
data_protection: {{purpose: Termine vereinbaren, legal_basis: Art. 6 Abs. 1 lit. b DSGVO, retention: 30d}}
prompt: |
  Du bist der {{{{ agent.title }}}} von {{{{ organization.title }}}}. Heute ist {{{{ runtime.heute }}}}.
  Sprechzeiten: {{{{ facts.zeiten_{slug}.sprechzeit }}}}. {{{{ facts.zeiten_{slug}.hinweis }}}}

  Sprich in kurzen Sätzen und stelle eine Frage nach der anderen. Deine Anliegen sind: {" und ".join(matters)}.
  Was darüber hinausgeht, übernimmt ein Mensch aus dem Team von {title}.
  {{% if agent.address == "sie" %}}Sprich die Leute mit Sie an.{{% endif %}}

  {{% for process in processes %}}
  {{{{ process | sop }}}}
  {{% endfor %}}
"""


def process(matter: Matter, title: str) -> str:
    """How one kind of call goes."""
    return f"""\
kind: Process
title: {matter.title}
description: Gilt für {title} seit dem Herbst.
owner: leitung
reviewed: 2026-11-02
review_every: 90d
goal: "{matter.title}: bestätigt, oder der Anrufer spricht mit einem Menschen."
slots:
  wunschtermin: {{type: datetime, required: true}}
  name: {{type: text, required: true, pii: identity, retention: 30d}}
  rueckruf: {{type: phone, required: true, pii: contact, retention: 30d}}
steps:
  - id: erfassen
    collect: [wunschtermin, name, rueckruf]
    next: [{{when: given, then: pruefen}}, {{else: uebergeben}}]
  - id: pruefen
    call: kalender.pruefen
    with: {{beginn: wunschtermin}}
    next: [{{when: frei, then: anbieten}}, {{when: belegt, then: erfassen}}, {{else: uebergeben}}]
  - id: anbieten
    confirm: [wunschtermin, name, rueckruf]
    next: [{{when: affirmed, then: buchen}}, {{else: erfassen}}]
  - id: buchen
    call: kalender.buchen
    with: {{beginn: wunschtermin, name: name, telefon: rueckruf}}
    next: [{{when: ok, then: abschliessen}}, {{when: belegt, then: erfassen}}, {{else: uebergeben}}]
  - id: abschliessen
    instruct: Wiederhole Tag und Uhrzeit und verabschiede dich.
    end: resolved
  - id: uebergeben
    call: uebergabe.mensch
    end: escalated
ends:
  resolved: {{after: "kalender.buchen:ok"}}
  escalated: {{after: uebergabe.mensch}}
rules:
  - id: erst-pruefen
    precedence: ["kalender.pruefen:frei", kalender.buchen]
    where: {{same: [beginn]}}
    severity: block
  - {{id: nur-einmal, absence: ["kalender.buchen:ok", 2], severity: block}}
"""


def suite(slug: str) -> str:
    """The beginning of a suite, up to its cases."""
    return f"kind: Suite\nagent: {slug}\ngiven: {{now: 2026-11-27T10:00}}\ncases:\n"


def case(situation: Situation) -> str:
    """One case with its reference: 25 lines."""
    moment = f"{situation.moment:%Y-%m-%dT%H:%M}"
    day = f"{_WEEKDAYS[situation.moment.weekday()]}, {situation.moment:%d.%m.}"
    hour = f"{situation.moment:%H:%M} Uhr"
    call = f"beginn: {moment}, name: {situation.caller}"
    tag = "critical" if situation.number % 10 == 0 else "alltag"
    return f"""\
  - id: {situation.matter.slug}-{situation.number:04}
    tags: [{tag}]
    process: {situation.process}
    description: |
      {situation.caller} ruft an und möchte am {day} um {hour} kommen.
      {situation.reason}
    given:
      state:
        kalender: {{frei: [{moment}]}}
    conversation:
      - user: Guten Tag, hier ist {situation.caller}. {situation.matter.wish}, geht es am {day} um {hour}?
        expect: [{{called: {{tool: kalender.pruefen, with: {{beginn: {moment}}}}}}}]
      - user: >-
          Ja, das passt gut. {situation.reason}
          Sie erreichen mich unter der {situation.phone}.
    expect:
      - state: {{kalender: {{termine: [{{{call}}}]}}}}
      - process: {{end: resolved}}
      - address: sie
    reference:
      - call: [{{kalender.pruefen: {{beginn: {moment}}}}}]
        say: "{day}, {hour} ist frei. Soll ich den Termin für Sie eintragen, und wie erreichen wir Sie?"
      - call: [{{kalender.buchen: {{{call}, telefon: "{situation.phone}"}}}}]
        say: Ihr Termin am {day} um {hour} ist eingetragen. Vielen Dank und bis dann, auf Wiederhören.
    counterexamples:
      - {{id: blind-gebucht, drop: kalender.pruefen, trips: [erst-pruefen, called]}}
"""
