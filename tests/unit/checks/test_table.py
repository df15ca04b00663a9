"""Findings as a person reads them."""

from checks.findings import Finding, Verdict
from checks.table import lines_of


def test_why_and_what_to_do_stand_below() -> None:
    lines = lines_of(
        [
            Finding("login", Verdict.OK, "Accepted"),
            Finding("Browse projects", Verdict.PROBLEM, "Not given", "issues", "Have it given."),
        ]
    )
    assert lines == [
        "ok       login            Accepted",
        "PROBLEM  Browse projects  Not given",
        "                          Why: issues",
        "                          Have it given.",
    ]


def test_long_texts_are_wrapped_below_their_column() -> None:
    lines = lines_of([Finding("JQL", Verdict.OK, "word " * 40)])
    assert len(lines) > 1
    assert all(len(line) <= 90 for line in lines)
    assert all(line.startswith(" " * 14) for line in lines[1:])


def test_nothing_found_is_nothing_shown() -> None:
    assert lines_of([]) == []
