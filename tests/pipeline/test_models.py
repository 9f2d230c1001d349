from __future__ import annotations

import asyncio

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.pipeline.models import OpenAIAccess, find_access
from kiwerk.providers.protocol import Message, Request
from kiwerk.record import Bundle, ShippedLimits, ShippedModel
from tests.support.openai_server import serve

REQUEST = Request((Message("user", "Guten Tag"),), (), ShippedModel(name="mistral:small"))
BUNDLE = Bundle(
    agent="a",
    language="de",
    prompt=(),
    holes={},
    opening=None,
    model=REQUEST.model,
    tools=(),
    limits=ShippedLimits(turns=9, tool_calls=9),
)


def test_without_an_address_no_model_is_asked() -> None:
    assert find_access(None, {"KIWERK_API_KEY": "secret"}) is None


def test_key_is_shown_nowhere() -> None:
    access = find_access("http://127.0.0.1:9/v1", {"KIWERK_API_KEY": "secret"})
    assert isinstance(access, OpenAIAccess)
    assert access.api_key == "secret"
    assert "secret" not in repr(access)


def test_helper_is_asked_at_the_same_address_and_pace() -> None:
    async def ask() -> tuple[str, str]:
        async with OpenAIAccess(server.base_url, "k", 1).open() as models:
            assert models.room() == 1
            assert models.helper is not None
            first, second = await asyncio.gather(
                models.agent(BUNDLE, None).complete(REQUEST), models.helper.complete(REQUEST)
            )
        return first.text, second.text

    with serve({"playbooks": [{"user": "Guten Tag", "steps": [{"say": "Ja?"}]}]}) as server:
        assert asyncio.run(ask()) == ("Ja?", "Ja?")
        assert len(server.requests) == 2


def test_what_is_no_address_is_refused_by_name() -> None:
    async def enter() -> None:
        async with OpenAIAccess("not an address").open():
            pass

    with pytest.raises(KiwerkError, match="Not the address of an endpoint"):
        asyncio.run(enter())
