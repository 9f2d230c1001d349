from __future__ import annotations

import pytest

from kiwerk.record import Source

SERVER = Source(
    origin="model", provider="mistral", host="api.mistral.ai", address="https://api.mistral.ai", reported="small"
)


@pytest.mark.parametrize(
    ("update", "is_same"),
    [
        ({"reported": "large"}, True),
        ({"address": None}, True),
        ({"address": "https://api.mistral.ai:8443"}, False),
        ({"address": "http://api.mistral.ai"}, False),
        ({"provider": "api.mistral.ai", "address": None}, False),
        ({"provider": "loopback"}, False),
        ({"provider": None}, False),
        ({"host": "eu.api.mistral.ai", "address": None}, False),
    ],
)
def test_same_server_has_the_same_provider_host_and_address(update: dict[str, str | None], *, is_same: bool) -> None:
    other = SERVER.model_copy(update=update)
    assert SERVER.is_same_server(other) is other.is_same_server(SERVER) is is_same
