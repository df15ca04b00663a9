"""Where `make run` keeps the catalog of which Jira."""

import pytest

from sandbox.run.plan import JIRA_HOST, store_name

HERE = "https://jira.example.com/jira"


def test_the_invented_company_has_a_catalog_of_its_own() -> None:
    assert store_name({}) == store_name({JIRA_HOST: " "}) == "port.json"


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(f"{HERE}/", id="slash"),
        pytest.param(f" {HERE}", id="space"),
        pytest.param("https://JIRA.example.com/jira", id="case"),
    ],
)
def test_one_jira_has_one_catalog(address: str) -> None:
    assert store_name({JIRA_HOST: address}) == store_name({JIRA_HOST: HERE})


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("https://jira.example.com", id="other-path"),
        pytest.param("https://jira.example.com:8443/jira", id="other-port"),
        pytest.param("https://jira2.example.com/jira", id="other-host"),
    ],
)
def test_another_jira_has_another_catalog(address: str) -> None:
    assert store_name({JIRA_HOST: address}) != store_name({JIRA_HOST: HERE})


@pytest.mark.parametrize("address", ["https://a:b@x.example.com:1/..", "jira", "//../x"])
def test_any_address_makes_a_file_name_without_a_login(address: str) -> None:
    name = store_name({JIRA_HOST: address})
    assert "/" not in name
    assert "a:b" not in name
