from __future__ import annotations

import jinja2
import jsonschema
import pytest

from kiwerk.edit.format import format_document
from kiwerk.errors import KiwerkError
from kiwerk.importers.tau2 import Documents, Task, read_policy, read_tasks, read_trajectories, write_documents
from kiwerk.importers.tau2.files import Action
from kiwerk.load.document import parse_document
from kiwerk.spec import Agent, Suite
from tests.support.tau2 import MODEL, SAMPLE

POLICY = read_policy(SAMPLE / "policy.md")


def _write(*tasks: Task, policy: str = POLICY) -> Documents:
    return write_documents(policy, tasks, (), company="airline", model=MODEL)


def _task(*actions: Action, outputs: tuple[str, ...] = ()) -> Task:
    return Task(id="A 7", goal="Go.", knows={}, actions=actions, outputs=outputs)


def _suite(documents: Documents) -> Suite:
    parsed = parse_document(documents.texts["evals/airline/tau2.yaml"].encode(), "x")
    assert parsed.document is not None
    return Suite.model_validate(parsed.document.data)


def test_documents_are_in_canonical_style() -> None:
    recorded = [item.task for item in read_trajectories(SAMPLE / "trajectories.jsonl.gz")]
    documents = write_documents(POLICY, read_tasks(SAMPLE / "tasks.json"), recorded[:1], company="airline", model=MODEL)
    assert sorted(documents.texts) == [
        "agents/airline/airline.yaml",
        "agents/airline/organization.yaml",
        "agents/airline/service.yaml",
        "evals/airline/recorded.yaml",
        "evals/airline/tau2.yaml",
    ]
    for name, text in documents.texts.items():
        formatted = format_document(text.encode(), name)
        assert (formatted.after, formatted.left, formatted.findings) == (text, (), ())


def test_only_writes_are_expected_with_the_arguments_of_the_right_way() -> None:
    cancel = Action(name="cancel_reservation", arguments={"reservation_id": "A"})
    look = Action(name="get_user_details", arguments={"user_id": "x"})
    [case] = _suite(_write(_task(look, cancel, cancel))).cases
    assert case.id == "tau2-a-7"
    [expected] = case.expect
    assert expected.writes == [{"airline.cancel_reservation": {"reservation_id": "A"}}] * 2
    assert _suite(_write(_task(look))).cases[0].expect[0].writes == []


@pytest.mark.parametrize(
    ("output", "name", "said"),
    [
        ("327", "tells-327", "327"),
        ("1786", "tells-1786", ["1786", "1,786"]),
        ("Gold tier", "tells-gold-tier", "Gold tier"),
    ],
)
def test_output_has_to_be_told_with_a_comma_or_without(output: str, name: str, said: object) -> None:
    told = _suite(_write(_task(outputs=(output,)))).cases[0].expect[1]
    assert (told.id, told.contains or told.any_of) == (name, said)


def test_policy_is_the_prompt_whatever_braces_it_has() -> None:
    policy = f"{POLICY}Say {{{{ name }}}}, {{% raw %}} and {{# this #}}.\n"
    documents = _write(_task(), policy=policy)
    parsed = parse_document(documents.texts["agents/airline/service.yaml"].encode(), "x")
    assert parsed.document is not None
    prompt = Agent.model_validate(parsed.document.data).prompt
    assert jinja2.Template(prompt).render().strip() == policy.strip()


def test_policy_without_a_time_is_another_one() -> None:
    with pytest.raises(KiwerkError, match="does not say what time it is"):
        _write(_task(), policy="Be kind.\n")


def test_task_of_another_domain_is_refused() -> None:
    with pytest.raises(KiwerkError, match="'exchange_items' is none of the airline's"):
        _write(_task(Action(name="exchange_items", arguments={})))


def test_every_call_and_every_right_action_fits_the_declared_parameters() -> None:
    documents = _write(_task())
    trajectories = read_trajectories(SAMPLE / "trajectories.jsonl.gz")
    tasks = (*read_tasks(SAMPLE / "tasks.json"), *(item.task for item in trajectories))
    calls = [(action.name, action.arguments) for task in tasks for action in task.actions]
    calls += [
        (call.function.name, call.function.arguments)
        for item in trajectories
        for message in item.messages
        for call in message.tool_calls or ()
    ]
    assert len(calls) > 100
    for name, arguments in calls:
        jsonschema.validate(arguments, documents.toolset.operations[name].parameters)
