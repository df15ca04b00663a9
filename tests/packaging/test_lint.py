"""The checks of the source: all run, each is named, and says how to mend what it found."""

import sys

import pytest

from scripts import changelog, lint

WELL = lint.Check("well", (sys.executable, "-c", "print('chatter')"), "nothing to do")
ILL = lint.Check("ill", (sys.executable, "-c", "print('line 3 is odd'); exit(7)"), "mend line 3")
GONE = lint.Check("gone", ("/nowhere/checker",), "install it")


def test_all_checks_run_and_the_failed_ones_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint.main([ILL, WELL, GONE])

    lines = capsys.readouterr().out.splitlines()
    assert status == 1
    assert [line.split()[:2] for line in lines if line[:4] in {"ok  ", "FAIL"}] == [
        ["FAIL", "ill"],
        ["ok", "well"],
        ["FAIL", "gone"],
    ]
    assert lines[-1] == "lint failed: ill, gone"


def test_nothing_failed(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint.main([WELL]) == 0
    assert "failed" not in capsys.readouterr().out


def test_a_check_that_fails_shows_its_output_and_the_remedy() -> None:
    report = lint.report(lint.run(ILL))

    assert report.startswith("line 3 is odd\n")
    assert report.endswith("mend line 3\n")


def test_a_check_that_passes_keeps_its_output_to_itself() -> None:
    assert "chatter" not in lint.report(lint.run(WELL))


def test_the_checks_are_those_that_the_project_promises() -> None:
    assert {check.name for check in lint.CHECKS} == {
        "black",
        "changelog",
        "lock",
        "mypy",
        "port-app-config",
        "ruff",
        "yamllint",
    }


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("# Changelog\n\n## 1.2.0 (2026-01-31)\n- x\n", "", id="in-step"),
        pytest.param("## 1.2.0 (2026-01-31)\n## 1.1.0 (2025-01-31)\n", "", id="older-below"),
        pytest.param(
            "## 1.1.0 (2026-01-31)\n## 1.2.0 (2025-01-31)\n",
            "CHANGELOG.md ends at 1.1.0, pyproject.toml is at 1.2.0",
            id="newest-is-another",
        ),
        pytest.param(
            "## 1.2.0\n",
            "CHANGELOG.md: the first entry is '## 1.2.0', not like '## 1.2.0 (2026-01-31)'",
            id="no-date",
        ),
        pytest.param(
            "# Changelog\n",
            "CHANGELOG.md: the first entry is '', not like '## 1.2.0 (2026-01-31)'",
            id="no-entry",
        ),
    ],
)
def test_the_newest_changelog_entry_is_that_of_the_version(text: str, fault: str) -> None:
    assert changelog.fault(text, "1.2.0") == fault
