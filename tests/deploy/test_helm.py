"""install.sh, run for real with a `helm` that writes down what it is asked and knows one chart."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.deploy import recipes
from tests.deploy.recipes import DEPLOY, Json, merged

PAGE = (DEPLOY / "README.md").read_text(encoding="utf-8")
WORDS = recipes.words()
# Whatever a shell or YAML could trip over.
AWKWARD = 'it\'s a "$HOME" `id` $(id) \\ %41 & <b>, {x}: #!*'
PORT_LOGIN = {"PORT_CLIENT_ID": "an-id", "PORT_CLIENT_SECRET": AWKWARD}
LOGIN = {**PORT_LOGIN, "JIRA_TOKEN": AWKWARD[::-1], "WEBHOOK_SECRET": AWKWARD}
SECRETS = (AWKWARD, AWKWARD[::-1])
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----\n"

# Writes down what it was asked, and shows the values of the one chart that there is.
HELM = """\
#!/bin/sh
case " $* " in *' --values - '*) told=$(cat) ;; *) told='' ;; esac
printf '%s\\n' "$@" '' "$told" >"$HOME/call$(ls "$HOME" | grep -c call)"
case $1 in show) cat "$HOME/chart.yaml" ;; esac
"""


def chart_without(*missing: str) -> Json:
    """The values of a chart with all keys that are used here, but these."""
    chart: Json = {"replicas": 1}
    for path in {*recipes.CHART_KEYS, *recipes.UNPROVED_KEYS} - set(missing):
        *way, last = path.split(".")
        place = chart
        for step in way:
            place = place.setdefault(step, {})
        place[last] = [] if path == "extraEnv" else ""
    chart.setdefault("integration", {}).update(config={}, secrets={})
    return chart


@dataclass(frozen=True, slots=True)
class Call:
    """A `helm` of the script: its arguments, and what came through the pipe."""

    arguments: list[str]
    told: str


@dataclass(frozen=True, slots=True)
class Ended:
    status: int
    output: str
    calls: list[Call]

    @property
    def asked(self) -> list[list[str]]:
        return [call.arguments for call in self.calls]

    @property
    def arguments(self) -> list[str]:
        """Those of the one `helm upgrade`, without the word."""
        (found,) = [one for one in self.asked if one[0] == "upgrade"]
        return found[1:]

    @property
    def values(self) -> Json:
        """Merged as helm merges them."""
        values: Json = {}
        for flag, name in zip(self.arguments, self.arguments[1:], strict=False):
            if flag == "--values":
                told = self.calls[-1].told if name == "-" else Path(name).read_text("utf-8")
                values = merged(values, yaml.safe_load(told) or {})
        return values

    @property
    def installed(self) -> bool:
        return any(one[0] == "upgrade" for one in self.asked)


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine on which `helm` is ours, and a copy of deploy/helm with addresses filled in."""

    folder: Path

    @property
    def helm(self) -> Path:
        return self.folder / "helm"

    def know(self, chart: Json | str) -> None:
        text = chart if isinstance(chart, str) else yaml.safe_dump(chart, sort_keys=False)
        (self.folder / "chart.yaml").write_text(text, encoding="utf-8")

    def run(
        self,
        *arguments: str,
        environment: Mapping[str, str] = LOGIN,
        script: Path | None = None,
    ) -> Ended:
        """Whatever comes of it, no secret is on a command line or in the output."""
        program = script or self.helm / "install.sh"
        path = f"{self.folder / 'bin'}:{os.defpath}"
        done = subprocess.run(
            [str(program), *arguments],
            env={"PATH": path, "HOME": str(self.folder), **environment},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        texts = [file.read_text("utf-8") for file in sorted(self.folder.glob("call*"))]
        calls = [text.partition("\n\n") for text in texts]
        ended = Ended(
            done.returncode, done.stdout, [Call(one.split("\n"), told) for one, _, told in calls]
        )
        for secret in SECRETS:
            assert secret not in ended.output + str(ended.asked)
        return ended


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    program = tmp_path / "bin/helm"
    program.parent.mkdir()
    program.write_text(HELM, encoding="utf-8")
    program.chmod(0o755)
    made = Machine(tmp_path)
    shutil.copytree(DEPLOY / "helm", made.helm)
    for file in made.helm.glob("*.yaml"):
        file.write_text(filled_in(file.read_text("utf-8")), encoding="utf-8")
    made.know(chart_without())
    (tmp_path / "ca.pem").write_text(CERTIFICATE, encoding="utf-8")
    return made


def filled_in(text: str) -> str:
    """As somebody does who replaces the addresses, and leaves the comments as they are."""
    return re.sub(r"(?m)^( *[^ #].*)example\.com", r"\1corp.test", text)


def needed(word: str) -> list[str]:
    """With what else the word goes."""
    return [word, "own-image"] if word in ("incremental", "live-events", "actions") else [word]


def unproved_keys(word: str) -> set[str]:
    values = recipes.recipe(f"helm/{word}.yaml")
    used = {path for path, _ in recipes.leaves(values)} | values.keys()
    return used & recipes.UNPROVED_KEYS


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        pytest.param({"JIRA_TOKEN": AWKWARD}, {"token": AWKWARD}, id="token"),
        pytest.param(
            {"JIRA_USERNAME": "o'neil", "JIRA_PASSWORD": AWKWARD},
            {"username": "o'neil", "password": AWKWARD},
            id="password",
        ),
        pytest.param(
            {"JIRA_TOKEN": "0012", "WEBHOOK_SECRET": "0034"},
            {"token": "0012", "webhookSecret": "0034"},
            id="digits",
        ),
    ],
)
def test_helm_gets_values_and_credentials(
    machine: Machine, login: dict[str, str], expected: dict[str, str]
) -> None:
    ended = machine.run("--namespace", "jira", environment=PORT_LOGIN | login)
    assert ended.status == 0, ended.output
    assert ended.values["integration"]["secrets"] == expected
    assert ended.values["port"]["clientSecret"] == AWKWARD
    assert ended.values["integration"]["config"]["jiraServerHost"] == "https://jira.corp.test"
    assert ended.arguments[:3] == ["--install", "jira-server", "port-labs/port-ocean"]
    assert ended.arguments[-2:] == ["--namespace", "jira"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        pytest.param({"JIRA_TOKEN": "t"}, "PORT_CLIENT_ID: set it", id="port"),
        pytest.param(PORT_LOGIN, "set JIRA_TOKEN, or JIRA_USERNAME", id="no-login"),
        pytest.param(PORT_LOGIN | {"JIRA_USERNAME": "u"}, "JIRA_PASSWORD: set", id="no-password"),
    ],
)
def test_helm_is_not_called_without_a_login(
    machine: Machine, given: dict[str, str], says: str
) -> None:
    ended = machine.run(environment=given)
    assert ended.status != 0
    assert says in ended.output
    assert ended.calls == []


@pytest.mark.parametrize("word", WORDS)
def test_a_word_adds_its_file_and_no_key_that_is_not_looked_up(machine: Machine, word: str) -> None:
    environment = LOGIN | {"CA_FILE": "ca.pem"}
    ended = machine.run(*needed(word), "--wait", environment=environment)
    assert ended.status == 0, ended.output
    found = dict(recipes.leaves(ended.values))
    file = yaml.safe_load((machine.helm / f"{word}.yaml").read_text("utf-8"))
    of_file = dict(recipes.leaves(file))
    assert found | of_file | {"selfSignedCertificate.certificate": CERTIFICATE} == found | {
        "selfSignedCertificate.certificate": CERTIFICATE
    }
    files = [Path(one).stem for one in ended.arguments if one.endswith(".yaml")]
    assert files == ["values", *needed(word)]
    piped = yaml.safe_load(ended.calls[-1].told) or {}
    for path, _ in recipes.leaves(piped):
        assert path in {*recipes.CHART_KEYS, *of_file} or path.startswith("integration.secrets.")


def test_words_add_up(machine: Machine) -> None:
    words = ("live-events", "actions", "own-image", "existing-secret")
    values = machine.run(*words).values
    shipped = yaml.safe_dump(recipes.helm_values(*words))
    assert values == yaml.safe_load(shipped.replace("example.com", "corp.test"))
    variables = [one["name"] for one in values["extraEnv"]]
    assert variables == ["OCEAN__BASE_URL", "OCEAN__ACTIONS_PROCESSOR__ENABLED"]


def test_files_of_ones_own_are_words_and_the_last_one_wins(machine: Machine) -> None:
    folder = machine.folder / "a=b c"
    shutil.copytree(machine.helm, folder)
    variables = "extraEnv:\n  - name: HTTPS_PROXY\n    value: http://proxy.corp.test:3128"
    (folder / "proxy.yaml").write_text(f"---\nimageRegistry: first\n{variables}", "utf-8")
    (folder / "last.yaml").write_text("---\n# Mine\nimageRegistry: last", "utf-8")
    words = ("own-image", "proxy", "last", "actions")
    ended = machine.run(*words, script=folder / "install.sh")
    assert ended.status == 0, ended.output
    assert ended.values["imageRegistry"] == "last"
    found = [one["name"] for one in ended.values["extraEnv"]]
    assert found == ["HTTPS_PROXY", "OCEAN__ACTIONS_PROCESSOR__ENABLED"]


@pytest.mark.parametrize("word", ["cronjobs", "values", "../helm/actions", "install.sh", "*", ""])
def test_an_unknown_word_is_refused_with_those_that_there_are(machine: Machine, word: str) -> None:
    ended = machine.run("own-image", word)
    assert (ended.status, ended.calls) == (2, [])
    assert ended.output.splitlines() == [f"There is no {word}. The words are:", *WORDS]


@pytest.mark.parametrize(
    "words",
    ["cronjob incremental", "live-events cronjob", "incremental actions", "cronjob actions"],
)
def test_what_a_job_does_not_do_is_refused(machine: Machine, words: str) -> None:
    ended = machine.run("own-image", *words.split())
    assert (ended.status, ended.calls) == (2, [])
    assert "are not one release: a job ends with its sync" in ended.output


@pytest.mark.parametrize("word", ["incremental", "live-events", "actions"])
def test_what_only_the_own_image_does_is_refused_without_it(machine: Machine, word: str) -> None:
    ended = machine.run(word)
    assert (ended.status, ended.calls) == (2, [])
    assert f"can do {word}: name own-image too" in ended.output


def test_the_incremental_sync_does_not_replace_the_full_one(machine: Machine) -> None:
    assert machine.run("own-image", "incremental").arguments[1] == "jira-server-incremental"


@pytest.mark.parametrize("word", [word for word in WORDS if unproved_keys(word)])
def test_nothing_is_installed_while_the_chart_lacks_a_key(machine: Machine, word: str) -> None:
    missing = unproved_keys(word)
    machine.know(chart_without(*missing))
    ended = machine.run(*needed(word), environment=LOGIN | {"CA_FILE": "ca.pem"})
    assert ended.status == 2
    assert not ended.installed
    for key in missing:
        assert f"{word}.yaml sets {key}, which this chart does not have" in ended.output
    assert "Take a version of the chart that has it (--version" in ended.output
    assert "the manifests in deploy/kubernetes, which need no" in ended.output


def test_a_chart_without_any_of_it_has_each_file_and_key_named(machine: Machine) -> None:
    machine.know("")
    ended = machine.run("existing-secret", "own-image")
    assert not ended.installed
    assert [line for line in ended.output.splitlines() if ".yaml" in line] == [
        "existing-secret.yaml sets secret.create, which this chart does not have",
        "existing-secret.yaml sets secret.useExistingSecret, which this chart does not have",
        "existing-secret.yaml sets secret.name, which this chart does not have",
        "own-image.yaml sets imageRegistry, which this chart does not have",
        "own-image.yaml sets integration.version, which this chart does not have",
    ]


def test_keys_of_ports_page_need_no_default_but_are_told(machine: Machine) -> None:
    machine.know("# Nothing.\n")
    ended = machine.run()
    assert ended.status == 0, ended.output
    (told,) = re.findall(r"^Not checked, as they are on Port's page .*?: (.*)", ended.output, re.M)
    assert set(told.split()) == recipes.CHART_KEYS.keys() - {"port.clientId", "port.clientSecret"}


def test_it_can_be_told_to_install_unchecked(machine: Machine) -> None:
    machine.know("")
    ended = machine.run("existing-secret", environment={"UNCHECKED": "1"})
    assert ended.status == 0, ended.output
    assert [words[0] for words in ended.asked] == ["repo", "upgrade"]


SHIPPED = DEPLOY / "helm/install.sh"


def test_addresses_that_nobody_has_replaced_are_refused(machine: Machine) -> None:
    ended = machine.run("own-image", "live-events", script=SHIPPED)
    assert (ended.status, ended.calls) == (2, [])
    assert ended.output.splitlines() == [
        "values.yaml: jiraServerHost: https://jira.example.com",
        "own-image.yaml: imageRegistry: registry.example.com",
        "live-events.yaml: value: https://jira-events.example.com",
        "Put your own address there. Nothing has been installed.",
    ]


def test_comments_and_files_that_are_not_chosen_may_name_them(machine: Machine) -> None:
    text = (machine.helm / "values.yaml").read_text("utf-8")
    assert "corp.example.com" in text
    shutil.copy(DEPLOY / "helm/own-image.yaml", machine.helm)
    assert machine.run().status == 0


@pytest.mark.parametrize(
    ("flags", "more"), [(["--dry-run"], {}), ([], {"UNCHECKED": "1"})], ids=["dry-run", "unchecked"]
)
def test_they_are_good_enough_to_rehearse_with(
    machine: Machine, flags: list[str], more: dict[str, str]
) -> None:
    ended = machine.run("own-image", *flags, environment=LOGIN | more, script=SHIPPED)
    assert ended.status == 0, ended.output
    assert ended.values["imageRegistry"] == "registry.example.com"


def test_no_chart_no_installation(machine: Machine) -> None:
    (machine.folder / "chart.yaml").unlink()
    ended = machine.run("own-image")
    assert ended.status == 1
    assert not ended.installed
    assert "chart.yaml" in ended.output


@pytest.mark.parametrize(
    ("flags", "asked"),
    [
        pytest.param(["--version", "0.9.5", "--wait"], ["--version", "0.9.5"], id="two-words"),
        pytest.param(["--version=0.9.5"], ["--version", "0.9.5"], id="one-word"),
        pytest.param(["--devel"], ["--devel"], id="devel"),
        pytest.param(["--wait"], [], id="newest"),
    ],
)
def test_it_is_the_chart_to_be_installed_that_is_looked_at(
    machine: Machine, flags: list[str], asked: list[str]
) -> None:
    ended = machine.run("own-image", *flags)
    assert ended.asked[1] == ["show", "values", "port-labs/port-ocean", *asked]
    assert ended.arguments[-len(flags) :] == flags
    assert "The chart has the keys of values.yaml own-image.yaml." in ended.output


def test_an_existing_secret_takes_the_place_of_credentials(machine: Machine) -> None:
    ended = machine.run("existing-secret", environment={})
    assert ended.status == 0, ended.output
    assert ended.values["secret"] == {
        "create": False,
        "useExistingSecret": True,
        "name": "jira-server",
    }


def test_credentials_that_are_at_hand_stay_there_with_an_existing_secret(machine: Machine) -> None:
    ended = machine.run("existing-secret")
    assert not [call for call in ended.calls if any(one in call.told for one in SECRETS)]
    assert "secrets" not in ended.values["integration"]
    assert set(ended.values["port"]) == {"baseUrl"}


def test_the_existing_secret_is_that_of_the_manifests() -> None:
    text = (DEPLOY / "helm/existing-secret.yaml").read_text(encoding="utf-8")
    (made,) = re.findall(r"--from-env-file=/dev/stdin <<EOF\n(.*?)\nEOF", PAGE, re.DOTALL)
    for line in made.splitlines():
        assert line.partition("=")[0] in text
    (name,) = re.findall(r"create secret generic (\S+)", PAGE)
    assert recipes.recipe("helm/existing-secret.yaml")["secret"]["name"] == name


@pytest.mark.parametrize("flag", ["--dry-run", "--dry-run=server"])
@pytest.mark.parametrize("environment", [{}, LOGIN], ids=["no-login", "login"])
def test_a_rehearsal_is_given_no_credentials(
    machine: Machine, flag: str, environment: dict[str, str]
) -> None:
    ended = machine.run("own-image", flag, environment=environment)
    assert ended.status == 0, ended.output
    assert ended.values["integration"]["secrets"]["token"] == "hidden"
    assert not any(secret in ended.calls[-1].told for secret in SECRETS)


def test_what_is_no_rehearsal_is_given_them(machine: Machine) -> None:
    ended = machine.run("--dry-run=none")
    assert ended.values["port"]["clientSecret"] == AWKWARD


def test_certificates_and_nothing_else_of_the_file_are_handed_over(machine: Machine) -> None:
    text = f"Subject: a: b\n{CERTIFICATE}-----BEGIN PRIVATE KEY-----\nx\n{CERTIFICATE}".rstrip("\n")
    file = machine.folder / "own, ca.pem"
    file.write_text(text, encoding="utf-8", newline="\r\n")
    ended = machine.run("own-ca", environment=LOGIN | {"CA_FILE": str(file)})
    assert ended.values["selfSignedCertificate"] == {
        "enabled": True,
        "certificate": CERTIFICATE * 2,
    }


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        pytest.param({}, "CA_FILE: set it", id="not-set"),
        pytest.param({"CA_FILE": "none.pem"}, "none.pem", id="not-there"),
        pytest.param({"CA_FILE": "chart.yaml"}, "No certificate in PEM is in chart.yaml", id="der"),
    ],
)
def test_a_ca_that_is_none_is_refused(
    machine: Machine, environment: dict[str, str], says: str
) -> None:
    ended = machine.run("own-ca", environment=LOGIN | environment)
    assert ended.status != 0
    assert says in ended.output
    assert ended.calls == []


def test_argocd_is_told_to_have_the_version_checked_that_it_installs() -> None:
    application = recipes.recipe("argocd/my-ocean-jira-server-integration.yaml")
    chart, _ = application["spec"]["sources"]
    (version,) = re.findall(r"install\.sh .*--version (\S+) --dry-run", PAGE)
    assert version == chart["targetRevision"]


def unknown_keys(folder: Path, chart: str, *ours: str) -> str:
    """What unknown-keys.awk says of `ours`, files in YAML."""
    files = [folder / f"{number}.yaml" for number, _ in enumerate(ours)]
    for file, text in zip(files, ours, strict=True):
        file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["awk", "-f", str(DEPLOY / "helm/unknown-keys.awk"), "-", *map(str, files)],
        input=f"{chart}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert not done.stderr
    assert bool(done.stdout) is bool(done.returncode)
    return done.stdout


@pytest.mark.parametrize(
    "chart",
    [
        pytest.param("secret:\n  create: true", id="plain"),
        pytest.param("secret: # Whose?\n\n  # Comment\n  create:", id="comments-and-no-value"),
        pytest.param("\"secret\":\n    'create' : true", id="quoted"),
        pytest.param("---\r\nsecret:\r\n  create: true\r\n", id="ends-of-windows"),
        pytest.param("list:\n- a: b\n  c: d\nsecret:\n  name: x\n  create: y", id="after-a-list"),
        pytest.param("text: |\n  secret\nsecret:\n  {a: b}\n  create: y", id="after-other-text"),
        pytest.param("a:\n  secret: {}\nsecret:\n  b:\n    c: 1\n  create: {}", id="nested"),
    ],
)
def test_a_key_of_the_chart_is_found(tmp_path: Path, chart: str) -> None:
    assert unknown_keys(tmp_path, chart, "secret:\n  create: false\n") == ""


@pytest.mark.parametrize(
    "chart",
    [
        pytest.param("", id="empty"),
        pytest.param("secret: {}", id="empty-map"),
        pytest.param("secret:\n  # create: true\n  name: x", id="commented-out"),
        pytest.param("secret:\n  createIt: true", id="longer"),
        pytest.param("create: true\nsecret:", id="elsewhere"),
        pytest.param("my:\n  secret:\n    create: true", id="deeper"),
        pytest.param("secret:\nother:\n  create: true", id="of-another"),
        pytest.param("secret:\n- create: true", id="in-a-list"),
        pytest.param("secret:\n- name: x\n  create: true", id="further-in-a-list"),
        pytest.param("list:\n- name: x\n  secret:\n    create: true", id="below-an-item"),
        pytest.param("secret: |\n  Say\n  create: true", id="in-a-text"),
        pytest.param('"secret.create": true', id="a-dot-in-a-key"),
        pytest.param("secret:\n  name: x\n? other\n:\n  create: true", id="of-an-odd-key"),
        pytest.param("secret: {create: true}", id="in-braces"),
    ],
)
def test_what_is_not_that_key_is_not_taken_for_it(tmp_path: Path, chart: str) -> None:
    said = unknown_keys(tmp_path, chart, "secret:\n  create: false\n")
    assert re.fullmatch(r"0\.yaml sets secret\.create, which this chart does not have\n", said)


@pytest.mark.parametrize(
    ("ours", "says"),
    [
        pytest.param(
            ["integration:\n  config:\n    any: 1\n  secrets:\n    more: 2"], "", id="free"
        ),
        pytest.param(["extraEnv:\n  - name: A\n    value: b\n  - name: C"], "", id="list"),
        pytest.param(["text: |\n  -----BEGIN\n  MIIB: x\n  -----END"], "", id="text"),
        pytest.param(["map: {}\n", "'map': { }"], "", id="empty-map"),
        pytest.param(["map: {a: b}"], "0.yaml writes map in braces", id="braces"),
        pytest.param(["map:\n- a"], "0.yaml sets map as a list, which is a map", id="list-for-map"),
        pytest.param(["map: [a]"], "0.yaml sets map as a list, which is a map", id="brackets"),
        pytest.param(
            ["list:\n- a", "list:\n- b"],
            "1.yaml sets list, as 0.yaml does: put both into one list",
            id="two-lists",
        ),
        pytest.param(["extraEnv:\n- name: A", "extraEnv:\n- name: B"], "", id="two-to-be-joined"),
        pytest.param(["extraEnv: [{name: A}]"], "0.yaml must have the list extraEnv", id="odd"),
        pytest.param(["'extraEnv':\n- name: A"], "0.yaml must have the list extraEnv", id="quoted"),
        pytest.param(
            ["integration:\n  configs:\n    a: 1"], "0.yaml sets integration.configs.a,", id="near"
        ),
    ],
)
def test_our_own_files_are_read_the_same_way(tmp_path: Path, ours: list[str], says: str) -> None:
    chart = "integration:\n  config: {}\nextraEnv: []\nlist: []\ntext: ''\nmap:\n  b: c\n"
    said = unknown_keys(tmp_path, chart, *ours)
    assert said.startswith(says)
    assert len(said.splitlines()) == bool(says)
