"""An office with one open issue in it."""

import pytest

from tests.unit.actions.office import Office


@pytest.fixture
def office() -> Office:
    office = Office()
    office.jira.add("PAY-1")
    office.jira.users.append(
        {"name": "ines", "key": "JIRAUSER2", "emailAddress": "ines@example.com"}
    )
    return office
