from __future__ import annotations

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.providers.host import address_of, provider_of, split_address


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("api.mistral.ai", "mistral"),
        ("api.openai.com", "openai"),
        ("firma.openai.azure.com", "azure"),
        ("localhost", "loopback"),
        ("mistral.localhost", "loopback"),
        ("127.0.0.1", "loopback"),
        ("127.8.8.8", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("0.0.0.0", "loopback"),  # noqa: S104  # an address to recognise, not to bind
        ("llm.example.com", "llm.example.com"),
        ("notapi.mistral.ai.example.com", "notapi.mistral.ai.example.com"),
        ("evil-api.mistral.ai", "evil-api.mistral.ai"),
        ("10.0.0.5", "10.0.0.5"),
        ("127.1", "loopback"),
        ("0", "loopback"),
        ("2130706433", "loopback"),
        ("localhost.", "loopback"),
        ("API.Mistral.AI.", "mistral"),
        ("mistral", "host:mistral"),
        ("loopback", "host:loopback"),
    ],
)
def test_provider_is_known_by_the_host_alone(host: str, provider: str) -> None:
    assert provider_of("https", host) == provider


def test_known_name_needs_an_encrypted_connection() -> None:
    assert provider_of("http", "api.mistral.ai") == "api.mistral.ai"


@pytest.mark.parametrize("url", ["https://bots.example.de/v1?code=geheim", "ftp://x/?geheim", "https://x/#geheim"])
def test_address_with_a_query_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(KiwerkError, match="carries a query") as caught:
        split_address(url)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://api.mistral.ai/v1", "https://api.mistral.ai"),
        ("https://API.Mistral.AI.:443/v1", "https://api.mistral.ai"),
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000"),
        ("http://[::1]:80/v1", "http://[::1]"),
        ("https://x:80", "https://x:80"),
    ],
)
def test_address_is_scheme_host_and_port(url: str, address: str) -> None:
    assert address_of(split_address(url)) == address
