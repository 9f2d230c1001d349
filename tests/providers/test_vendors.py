from __future__ import annotations

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.providers import vendors
from kiwerk.providers.vendors import VENDORS, find_vendor


@pytest.mark.parametrize("name", VENDORS)
def test_missing_extra_is_told_with_the_command(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendors, "_is_there", lambda module: module == "pydantic_ai")
    with pytest.raises(KiwerkError, match=f"pip install 'kiwerk\\[{name}\\]'"):
        find_vendor(f"{name}:some-model", {})


@pytest.mark.parametrize("name", VENDORS)
def test_missing_credential_is_told_by_the_name_of_its_variable(name: str) -> None:
    if VENDORS[name].finds_credentials:
        assert find_vendor(f"{name}:some-model", {}).name == name
        return
    variable = VENDORS[name].credentials[0][0]
    with pytest.raises(KiwerkError, match=f"Set {variable}"):
        find_vendor(f"{name}:some-model", {variable: ""})
    assert find_vendor(f"{name}:some-model", {variable: "secret"}).name == name


def test_other_vendors_are_asked_at_an_endpoint() -> None:
    with pytest.raises(KiwerkError, match=r"(?s)There is no native access to 'groq'.*--base-url"):
        find_vendor("groq:llama", {})


def test_extras_are_looked_for_where_their_package_is_missing_too() -> None:
    assert not vendors._is_there("no_such_package.part")
