"""No form of a secret gets into what is printed or sent to Port, not even at DEBUG."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.end_to_end.conftest import SMALL
from tests.end_to_end.stage import CONFIG, SECRETS, Stage, stage_with

pytestmark = pytest.mark.timeout(120)

PORT_SECRET = "qU7vPort-9wXkz3RtYb6Lm2Nf8Jd5Hc4Gs1"
WRONG_TOKEN = "zK4wToken/Nq8+Vt3Yx6Rb9Lm2Pf5Hd7Jc1"
WRONG_PASSWORD = "xJ9vPass%Wd 8Kq4=Zt7&Nm2\"Rb5'Lf3"
USERNAME = "catalog-reader"


@dataclass(frozen=True, slots=True)
class Login:
    """A login under either family of variables, and how the run must end."""

    id: str
    environment: dict[str, str]
    status: int

    @property
    def secrets(self) -> list[str]:
        """The secrets and whatever can be turned back into them."""
        given = [text for name, text in self.environment.items() if not name.endswith("USERNAME")]
        pairs = [base64.b64encode(f"{USERNAME}:{text}".encode()).decode() for text in given]
        encoded = [quote(text, safe="") for text in given]
        escaped = [json.dumps(text)[1:-1] for text in given]
        return [*given, *pairs, *encoded, *escaped, PORT_SECRET]


def _basic(family: str, password: str) -> dict[str, str]:
    return {f"{family}USERNAME": USERNAME, f"{family}PASSWORD": password}


LOGINS = (
    Login("token", {f"{SECRETS}TOKEN": "sandbox-token"}, 0),
    Login("password", _basic(CONFIG, "sandbox-password"), 0),
    Login("refused-token", {f"{SECRETS}TOKEN": WRONG_TOKEN}, 1),
    Login("refused-token-in-config", {f"{CONFIG}TOKEN": WRONG_TOKEN}, 1),
    Login("refused-password", _basic(SECRETS, WRONG_PASSWORD), 1),
)


@pytest.fixture(scope="module")
def stage(integration: Path, homes: Path) -> Iterator[Stage]:
    # Ocean masks the client id too: it must not begin as the sandbox's tokens do.
    account = ("--client-id", "an-account-of-port", "--client-secret", PORT_SECRET)
    with stage_with(integration, homes, SMALL, account) as stage:
        yield stage


@pytest.mark.parametrize("login", LOGINS, ids=lambda login: login.id)
def test_no_secret_is_told(stage: Stage, login: Login) -> None:
    stage.calm()
    stage.port.reset()
    run = stage.run(login.environment, arguments=("-l", "DEBUG"))
    assert run.status == login.status
    assert "| DEBUG " in run.log
    logs = stage.port.look("logs")
    assert len(logs) > 10
    told = {
        "printed": run.log,
        "logs in Port": json.dumps(logs, ensure_ascii=False),
        "metrics in Port": json.dumps(stage.port.look("metrics"), ensure_ascii=False),
        "integration in Port": json.dumps(stage.port.look("integrations"), ensure_ascii=False),
    }
    assert [(place, s) for place, text in told.items() for s in _leaks(text, login.secrets)] == []


def _leaks(text: str, secrets: list[str]) -> list[str]:
    """The secrets that stand in the text, whole or as a beginning before a mask."""
    return [secret for secret in secrets if secret in text or _begins_before_a_mask(text, secret)]


def _begins_before_a_mask(text: str, secret: str) -> bool:
    beginnings = "|".join(re.escape(secret[:length]) for length in range(len(secret), 2, -1))
    return re.search(rf"({beginnings})(\[REDACTED\]|\*\*|…)", text) is not None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("token=zK4wTo[REDACTED]", True, id="beginning-before-a-mask"),
        pytest.param(f"Bearer {WRONG_TOKEN}", True, id="whole"),
        pytest.param("token=[REDACTED], zK4w", False, id="masked"),
    ],
)
def test_leaks_are_seen(text: str, found: bool) -> None:
    assert bool(_leaks(text, [WRONG_TOKEN])) is found
