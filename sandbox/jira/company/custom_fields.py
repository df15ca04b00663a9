"""The custom fields of the company and the value each issue has in them.

A value is derived from the issue's seed; Epic Link comes from the issue itself. Renders nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from sandbox.jira.company.catalogue import EPIC
from sandbox.jira.company.changes import ChangeRefusedError, CustomGiven
from sandbox.jira.company.model import Issue, register_custom_values
from sandbox.jira.company.texts import mix

GREENHOPPER: Final = "com.pyxis.greenhopper.jira:"
SYSTEM: Final = "com.atlassian.jira.plugin.system.customfieldtypes:"
DEVSUMMARY: Final = "com.atlassian.jira.plugins.jira-development-integration-plugin:devsummary"


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    value: str


@dataclass(frozen=True, slots=True)
class Sprint:
    id: int
    board: int
    name: str
    state: str


Value = str | float | Option | tuple[Option, ...] | tuple[Sprint, ...] | None


@dataclass(frozen=True, slots=True)
class CustomField:
    """One custom field: what `/field` tells of it, and how an issue's value is found.

    `automatic` fields are kept by Jira itself: nobody sets them, every issue has them.
    """

    number: int
    name: str
    type: str
    custom: str
    read: Callable[[Issue], Value]
    items: str | None = None
    options: tuple[Option, ...] = ()
    automatic: bool = False

    @property
    def id(self) -> str:
        return f"customfield_{self.number}"

    def value_of(self, issue: Issue) -> Value:
        """What somebody has set, or else what follows from the issue's seed."""
        if issue.custom is not None and self.id in issue.custom:
            return cast(Value, issue.custom[self.id])
        return None if issue.bare and not self.automatic else self.read(issue)

    def parse(self, given: CustomGiven) -> Value:
        """The value that a change gives, or a refusal in words."""
        if given is None or given == "":
            return None
        match self.type, given:
            case "option", str():
                return self._option(given)
            case "array", tuple() if self.options:
                return tuple(self._option(one) for one in given) or None
            case "number", float():
                return given
            case "date", str() if _is_day(given):
                return given
            case "string", str():
                return given
        message = f"{given!r} is no value for {self.name} ({self.type})."
        raise ChangeRefusedError(message)

    def _option(self, text: str) -> Option:
        for one in self.options:
            if text in (one.id, one.value):
                return one
        message = (
            f"{self.name} has no option {text!r}: {', '.join(one.value for one in self.options)}"
        )
        raise ChangeRefusedError(message)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _options(first: int, *values: str) -> tuple[Option, ...]:
    return tuple(Option(str(first + index), value) for index, value in enumerate(values))


TEAMS: Final = _options(
    10200, "Payments", "Platform & Tools", "Команда «Север»", "数据平台", "Team Größenwahn", "SRE"
)
PLATFORMS: Final = _options(10300, "iOS", "Android", "Web", "API", 'Legacy "green screen"')
SEVERITIES: Final = _options(10400, "S1", "S2", "S3", "S4 – cosmetic")
FLAG: Final = _options(10500, "Impediment")
EPIC_STATES: Final = _options(10600, "To Do", "In Progress", "Done")
_SPRINT_STATES: Final = ("CLOSED", "CLOSED", "ACTIVE", "FUTURE")
_RANK_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def _one_of(options: tuple[Option, ...], salt: int, out_of: int) -> Callable[[Issue], Value]:
    """A choice for `len(options)` of `out_of` issues, nothing for the others."""

    def read(issue: Issue) -> Value:
        number = mix(issue.seed, salt) % out_of
        return options[number] if number < len(options) else None

    return read


def _platforms(issue: Issue) -> Value:
    bits = mix(issue.seed, 12)
    if bits % 3:
        return None
    return tuple(one for index, one in enumerate(PLATFORMS) if bits >> (4 + index) & 1) or None


def _flag(issue: Issue) -> Value:
    return FLAG if mix(issue.seed, 14) % 40 == 0 else None


def _sprints(issue: Issue) -> Value:
    bits = mix(issue.seed, 15)
    if issue.type.subtask or bits % 5 < 2:
        return None
    count = 1 + (bits >> 4) % 3
    first = 1 + (bits >> 8) % 60
    return tuple(_sprint(issue, first + index) for index in range(count))


def _sprint(issue: Issue, number: int) -> Sprint:
    board = issue.project.id - 9999
    state = _SPRINT_STATES[number * 4 // 65]
    return Sprint(board * 100 + number, board, f"{issue.project.key} Sprint {number}", state)


def _points(issue: Issue) -> Value:
    return (1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 0.5, None, None, None)[mix(issue.seed, 16) % 10]


def _rank(issue: Issue) -> Value:
    number, digits = issue.id * 8 + mix(issue.seed, 17) % 8, ""
    while number:
        number, digit = divmod(number, 36)
        digits = _RANK_DIGITS[digit] + digits
    return f"0|i{digits.zfill(6)}:"


def _epic_link(issue: Issue) -> Value:
    return None if issue.epic is None else issue.epic.key


def _only_epics(value: Callable[[Issue], Value]) -> Callable[[Issue], Value]:
    return lambda issue: value(issue) if issue.type is EPIC else None


def _reference(issue: Issue) -> Value:
    bits = mix(issue.seed, 18)
    return f"CR-{bits % 90_000 + 10_000}/O'Hara & Söhne" if bits % 11 == 0 else None


def _impact(issue: Issue) -> Value:
    return "影响所有客户" if mix(issue.seed, 19) % 25 == 0 else None


def _go_live(issue: Issue) -> Value:
    bits = mix(issue.seed, 20)
    return f"20{24 + bits % 4}-{1 + bits % 12:02}-{1 + bits % 28:02}" if bits % 8 == 0 else None


def _development(issue: Issue) -> Value:
    """How many pull requests hang on the issue; the payload makes Jira's long text of it."""
    return f"{mix(issue.seed, 21) % 4}"


CUSTOM_FIELDS: Final = (
    CustomField(10000, "Development", "any", DEVSUMMARY, _development, automatic=True),
    CustomField(10100, "Rank", "any", f"{GREENHOPPER}gh-lexo-rank", _rank, automatic=True),
    CustomField(
        10101, "Epic Link", "any", f"{GREENHOPPER}gh-epic-link", _epic_link, automatic=True
    ),
    CustomField(
        10102,
        "Epic Status",
        "option",
        f"{GREENHOPPER}gh-epic-status",
        _only_epics(_one_of(EPIC_STATES, 11, 3)),
        options=EPIC_STATES,
    ),
    CustomField(
        10103,
        "Epic Name",
        "string",
        f"{GREENHOPPER}gh-epic-label",
        _only_epics(lambda issue: f"Epic {issue.number}"),
    ),
    CustomField(
        10104,
        "Epic Colour",
        "string",
        f"{GREENHOPPER}gh-epic-color",
        _only_epics(lambda issue: f"ghx-label-{1 + issue.id % 14}"),
    ),
    CustomField(10105, "Sprint", "array", f"{GREENHOPPER}gh-sprint", _sprints, items="string"),
    CustomField(10106, "Story Points", "number", f"{SYSTEM}float", _points),
    CustomField(10107, "Team", "option", f"{SYSTEM}select", _one_of(TEAMS, 10, 9), options=TEAMS),
    CustomField(
        10108,
        "Platforms",
        "array",
        f"{SYSTEM}multiselect",
        _platforms,
        items="option",
        options=PLATFORMS,
    ),
    CustomField(10109, "Customer Reference", "string", f"{SYSTEM}textfield", _reference),
    CustomField(
        10110, "Flagged", "array", f"{SYSTEM}multicheckboxes", _flag, items="option", options=FLAG
    ),
    CustomField(
        10111,
        "Severity",
        "option",
        f"{SYSTEM}select",
        _one_of(SEVERITIES, 13, 12),
        options=SEVERITIES,
    ),
    CustomField(10112, "Go-live date", "date", f"{SYSTEM}datepicker", _go_live),
    CustomField(10113, "客户影响", "string", f"{SYSTEM}textfield", _impact),
)
BY_ID: Final = {one.id: one for one in CUSTOM_FIELDS}
CUSTOM_FIELD_IDS: Final = {one.name.casefold(): one.id for one in CUSTOM_FIELDS}


def _value_names(value: Value) -> tuple[str, ...]:
    match value:
        case None:
            return ()
        case Option():
            return value.id, value.value
        case tuple():
            return tuple(name for one in value for name in _part_names(one))
        case float():
            return f"{value:g}", str(value)
        case _:
            return (value,)


def _part_names(one: Option | Sprint) -> tuple[str, str]:
    return (one.id, one.value) if isinstance(one, Option) else (str(one.id), one.name)


def _values_reader(field: CustomField) -> Callable[[Issue], tuple[str, ...]]:
    return lambda issue: _value_names(field.value_of(issue))


for _field in CUSTOM_FIELDS:
    register_custom_values(_field.id, _values_reader(_field))
