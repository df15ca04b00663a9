"""The shell of the recipes, run for real with a `docker` that checks what it gets."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts import locked
from tests.deploy import recipes
from tests.end_to_end.stage import Stage

pytestmark = pytest.mark.timeout(180)

Environment = Mapping[str, str]
IMAGE = "registry.example.com/port-ocean-jira-server:"
TOKEN, HOST = "OCEAN__INTEGRATION__SECRETS__TOKEN", "OCEAN__INTEGRATION__CONFIG__JIRA_SERVER_HOST"
USERNAME, PASSWORD = (f"OCEAN__INTEGRATION__SECRETS__{name}" for name in ("USERNAME", "PASSWORD"))
IDENTIFIER = "OCEAN__INTEGRATION__IDENTIFIER"
# Whatever a shell, Groovy or YAML could trip over.
AWKWARD = 'it\'s a "$HOME" `id` $(id) \\ %41 & <b>, {x}: #!*'
NAMES = sorted(recipes.SCRIPTS)


@dataclass(frozen=True, slots=True)
class Ended:
    status: int
    output: str
    asked: recipes.Json


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine on which `docker` is our double."""

    folder: Path
    integration: Path
    port_url: str

    def run(
        self, script: recipes.Script, *arguments: str, status: int | None = None, **more: str
    ) -> Ended:
        """Run the script; docker ends with `status`, or with that of the integration for None."""
        asked = self.folder / "asked.json"
        plan = {
            "integration": str(self.integration),
            "ocean": str(Path(sys.executable).with_name("ocean")),
            "port_url": self.port_url,
            "machine": self._environment({"OCEAN__CACHING_STORAGE_MODE": "memory"}),
            "status": status,
            "asked": str(asked),
        }
        (self.folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        self._install_docker(self.folder / "plan.json")
        file = self.folder / "script"
        file.write_text(script.text, encoding="utf-8")
        done = subprocess.run(
            [*script.shell, str(file), *arguments],
            env=self._environment({**script.environment, **more}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        told = json.loads(asked.read_text(encoding="utf-8")) if asked.exists() else {}
        return Ended(done.returncode, done.stdout, told)

    def _install_docker(self, plan: Path) -> None:
        program = self.folder / "bin/docker"
        program.parent.mkdir(exist_ok=True)
        double = Path(__file__).with_name("docker_double.py")
        words = [sys.executable, "-I", str(double), str(plan)]
        program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
        program.chmod(0o755)

    def _environment(self, more: Environment) -> dict[str, str]:
        path = f"{self.folder / 'bin'}:{os.defpath}"
        return {"PATH": path, "HOME": str(self.folder), "LANG": "C.UTF-8", **more}


@pytest.fixture
def machine(stage: Stage, tmp_path: Path) -> Machine:
    return Machine(tmp_path, stage.integration, stage.port.url)


@pytest.mark.parametrize("name", NAMES)
def test_a_sync_ends_the_job_well(
    stage: Stage, machine: Machine, secrets: dict[str, str], name: str
) -> None:
    ended = machine.run(recipes.SCRIPTS[name](secrets))
    assert ended.status == 0, ended.output
    stage.assert_complete()
    assert ended.asked["environment"]["OCEAN__PORT__BASE_URL"] == "https://api.getport.io"


def test_a_refused_login_ends_the_job_badly(
    stage: Stage, machine: Machine, secrets: dict[str, str]
) -> None:
    ended = machine.run(recipes.jenkins_script({**secrets, TOKEN: "an-old-token"}))
    assert ended.status == 1
    assert "refused the login" in ended.output
    assert not any(stage.port.entities().values())


@pytest.mark.parametrize("status", [1, 125, 143])
@pytest.mark.parametrize("name", NAMES)
def test_the_status_of_docker_is_the_status_of_the_job(
    machine: Machine, secrets: dict[str, str], name: str, status: int
) -> None:
    assert machine.run(recipes.SCRIPTS[name](secrets), status=status).status == status


@pytest.mark.parametrize("name", NAMES)
def test_values_come_through_whole_and_are_not_told(
    machine: Machine, secrets: dict[str, str], name: str
) -> None:
    given = {**secrets, TOKEN: AWKWARD, "OCEAN__PORT__CLIENT_SECRET": AWKWARD[::-1]}
    ended = machine.run(recipes.SCRIPTS[name](given), status=0)
    environment = ended.asked["environment"]
    assert given.items() <= environment.items()
    assert json.loads(environment["OCEAN__EVENT_LISTENER"]) == {"type": "ONCE"}
    assert not [text for text in ended.asked["arguments"] if AWKWARD in text]
    assert AWKWARD not in ended.output
    assert AWKWARD[::-1] not in ended.output


@pytest.mark.parametrize("name", NAMES)
def test_the_container_has_a_read_only_root_and_room_for_its_state(
    machine: Machine, secrets: dict[str, str], name: str
) -> None:
    asked = machine.run(recipes.SCRIPTS[name](secrets), status=0).asked
    assert {"-i", "--rm", "--read-only"} <= asked["flags"].keys()
    assert asked["flags"]["--tmpfs"] == "/tmp/ocean:mode=1777"  # noqa: S108
    version = locked.read(recipes.ROOT / "pyproject.toml")["tool"]["poetry"]["version"]
    assert asked["image"] == IMAGE + version


@pytest.mark.parametrize("name", ["gitlab", "github-container", "docker-run"])
def test_user_name_and_password_work_without_a_change(
    stage: Stage, machine: Machine, secrets: dict[str, str], name: str
) -> None:
    info = stage.jira.running.info
    del secrets[TOKEN]
    login = {USERNAME: info["username"], PASSWORD: info["password"]}
    asked = machine.run(recipes.SCRIPTS[name](secrets | login), status=0).asked
    assert login.items() <= asked["environment"].items()
    assert not asked["environment"].get(TOKEN)


def test_docker_run_can_stay_and_trust_a_company(machine: Machine, secrets: dict[str, str]) -> None:
    script = recipes.docker_script(secrets)
    asked = machine.run(script, status=0, LISTENER="POLLING", CA_FILE="/etc/own ca.pem").asked
    assert json.loads(asked["environment"]["OCEAN__EVENT_LISTENER"]) == {"type": "POLLING"}
    assert asked["environment"]["OCEAN__SCHEDULED_RESYNC_INTERVAL"] == "1440"
    assert asked["flags"]["--restart"] == "unless-stopped"
    assert "--rm" not in asked["flags"]
    mount = "/etc/own ca.pem:/usr/local/share/ca-certificates/cert.crt:ro"
    assert asked["flags"]["-v"] == mount


@pytest.mark.parametrize("name", NAMES)
def test_all_are_one_installation_unless_another_is_named(
    machine: Machine, secrets: dict[str, str], name: str
) -> None:
    script = recipes.SCRIPTS[name](secrets)
    asked = machine.run(script, status=0).asked
    assert asked["environment"][IDENTIFIER] == "jira-server"
    asked = machine.run(script, status=0, **{IDENTIFIER: "my own"}).asked
    assert asked["environment"][IDENTIFIER] == "my own"


STAYS = {
    "OCEAN__BASE_URL": "https://jira-events.example.com",
    "OCEAN__INTEGRATION__SECRETS__WEBHOOK_SECRET": AWKWARD,
    "OCEAN__INTEGRATION__CONFIG__CREATE_WEBHOOK": "false",
    "OCEAN__ACTIONS_PROCESSOR__ENABLED": "true",
    "HTTP_PROXY": "http://proxy.example.com:3128",
}


def test_docker_run_takes_live_events_and_actions(
    machine: Machine, secrets: dict[str, str]
) -> None:
    script = recipes.docker_script(secrets)
    asked = machine.run(script, status=0, LISTENER="POLLING", **STAYS).asked
    assert STAYS.items() <= asked["environment"].items()
    assert asked["flags"]["-p"] == "8000:8000"
    assert not [text for text in asked["arguments"] if AWKWARD in text]
    more = STAYS | {"PUBLISH": "127.0.0.1:9000"}
    asked = machine.run(script, status=0, LISTENER="POLLING", **more).asked
    assert asked["flags"]["-p"] == "127.0.0.1:9000:8000"


def test_docker_run_says_that_a_run_that_ends_takes_neither(
    machine: Machine, secrets: dict[str, str]
) -> None:
    ended = machine.run(recipes.docker_script(secrets), status=0, **STAYS)
    assert ended.status == 0
    assert "-p" not in ended.asked["flags"]
    assert "takes no live events and no actions: LISTENER=POLLING does" in ended.output


def test_docker_run_hands_nothing_empty_on(machine: Machine, secrets: dict[str, str]) -> None:
    empty = dict.fromkeys(STAYS, "")
    ended = machine.run(recipes.docker_script(secrets), status=0, LISTENER="POLLING", **empty)
    assert not empty.keys() & ended.asked["environment"].keys()
    assert "-p" not in ended.asked["flags"]


def test_docker_run_can_probe_and_nothing_else(machine: Machine, secrets: dict[str, str]) -> None:
    script = recipes.docker_script(secrets)
    ended = machine.run(script, "probe", status=1, LISTENER="POLLING")
    assert ended.status == 1
    assert ended.asked["command"] == ["bash", "/app/init.sh", "probe"]
    assert "-i" in ended.asked["flags"]
    wrong = machine.run(script, "prob", status=0)
    assert (wrong.status, "There is no prob. The only word is probe." in wrong.output) == (2, True)


def test_docker_run_and_compose_hand_the_same_on(machine: Machine, secrets: dict[str, str]) -> None:
    given = {name: "1" for name in recipes.compose_names() if name not in secrets}
    given["OCEAN__EVENT_LISTENER"] = ""
    asked = machine.run(recipes.docker_script(secrets), status=0, LISTENER="POLLING", **given).asked
    assert recipes.compose_names() <= asked["environment"].keys()


@pytest.mark.parametrize("missing", [HOST, "OCEAN__PORT__CLIENT_ID", "OCEAN__PORT__CLIENT_SECRET"])
def test_docker_run_names_what_is_missing(
    machine: Machine, secrets: dict[str, str], missing: str
) -> None:
    del secrets[missing]
    ended = machine.run(recipes.docker_script(secrets), status=0)
    assert ended.status != 0
    assert f"{missing}: set it to" in ended.output
    assert ended.asked == {}
