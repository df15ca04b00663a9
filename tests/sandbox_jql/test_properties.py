"""What holds for every query: parsing undoes writing, logic is logic, bad text is refused and no more."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sandbox.jira.jql import JqlError, SearchContext, compile_query
from sandbox.jira.jql.clauses import (
    And,
    Clause,
    Empty,
    Function,
    Not,
    Number,
    Operand,
    Operator,
    Or,
    ParsedQuery,
    Sort,
    Terminal,
    Text,
    ValueList,
    quoted,
)
from sandbox.jira.jql.dates import read_date
from sandbox.jira.jql.evaluate import Query
from sandbox.jira.jql.parser import parse
from tests.sandbox_jql.site import CONTEXT, ISSUES, NOW, RANKED
from tests.sandbox_jql.test_search import DATES, KEYS, LOGIC, ORDERS, TEXTS, VALUES

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
words = st.one_of(texts, st.sampled_from(["and", "order", "null", "cf[1]", "-1w", "a b", "12"]))


def _operands(inner: st.SearchStrategy[Operand]) -> st.SearchStrategy[Operand]:
    return st.lists(inner, min_size=1, max_size=3).map(lambda parts: ValueList(tuple(parts)))


operands: st.SearchStrategy[Operand] = st.recursive(
    st.one_of(
        words.map(Text),
        st.integers(-(2**63), 2**63 - 1).map(Number),
        st.just(Empty()),
        st.builds(Function, words, st.lists(words, max_size=2).map(tuple)),
    ),
    _operands,
    max_leaves=4,
)
terminals = st.builds(Terminal, words, st.sampled_from(Operator), operands)


def _joined(inner: st.SearchStrategy[Clause]) -> st.SearchStrategy[Clause]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(inner.map(Not), several.map(And), several.map(Or))


clauses: st.SearchStrategy[Clause] = st.recursive(terminals, _joined, max_leaves=8)
sorts = st.builds(Sort, words, st.sampled_from([None, True, False]))
queries = st.builds(ParsedQuery, st.none() | clauses, st.lists(sorts, max_size=3).map(tuple))


@dataclass(frozen=True)
class Spelling:
    """One of the ways to write the same query."""

    conjunction: str
    disjunction: str
    negation: str
    empty: str
    upper: bool


spellings = st.builds(
    Spelling,
    st.sampled_from(["and", "AND", "aNd", "&", "&&"]),
    st.sampled_from(["or", "OR", "|", "||"]),
    st.sampled_from(["not ", "NOT ", "!", "! "]),
    st.sampled_from(["empty", "EMPTY", "null", "Null"]),
    st.booleans(),
)


def _write(clause: Clause, spelling: Spelling) -> str:
    match clause:
        case Terminal(field, operator, operand):
            sign = operator.value.upper() if spelling.upper else operator.value
            return f"{quoted(field)} {sign} {_write_operand(operand, spelling)}"
        case Not(inner):
            return f"{spelling.negation}{_bracketed(inner, spelling)}"
        case And(parts):
            return f" {spelling.conjunction} ".join(_bracketed(part, spelling) for part in parts)
        case Or(parts):
            return f" {spelling.disjunction} ".join(
                _bracketed(part, spelling) if isinstance(part, Or) else _write(part, spelling)
                for part in parts
            )


def _bracketed(clause: Clause, spelling: Spelling) -> str:
    written = _write(clause, spelling)
    return f"({written})" if isinstance(clause, And | Or) else written


def _write_operand(operand: Operand, spelling: Spelling) -> str:
    match operand:
        case Text(value):
            return quoted(value)
        case Number(value):
            return str(value)
        case Empty():
            return spelling.empty
        case Function(name, arguments):
            return f"{quoted(name)}({','.join(map(quoted, arguments))})"
        case ValueList(parts):
            return f"({', '.join(_write_operand(part, spelling) for part in parts)})"


def _write_sort(sort: Sort) -> str:
    direction = {None: "", True: " DESC", False: " asc"}[sort.descending]
    return quoted(sort.field) + direction


def _write_query(query: ParsedQuery, spelling: Spelling) -> str:
    where = _write(query.where, spelling) if query.where else ""
    by = ", ".join(map(_write_sort, query.order_by))
    return f"{where} ORDER BY {by}" if by else where


@given(queries, spellings)
def test_parsing_undoes_writing(query: ParsedQuery, spelling: Spelling) -> None:
    assert parse(_write_query(query, spelling)) == query


@given(texts)
def test_parsing_undoes_quoting(text: str) -> None:
    assert parse(f"summary ~ {quoted(text)}").where == Terminal(
        "summary", Operator.LIKE, Text(text)
    )


@given(texts)
def test_unicode_escapes_mean_the_character(text: str) -> None:
    units = memoryview(text.encode("utf-16-be")).cast("B").hex(" ", 2).split()
    escaped = "".join(f"\\u{unit}" for unit in units)
    for quote in ("'", '"'):
        assert parse(f"a = {quote}{escaped}{quote}") == parse(f"a = {quoted(text)}")


ANY_CONDITION = [
    jql for table in (VALUES, LOGIC, DATES, TEXTS, KEYS) for jql, _ in table.values() if jql.strip()
]
conditions = st.sampled_from(ANY_CONDITION)


def _query(jql: str) -> Query:
    return compile_query(jql, RANKED)


@given(conditions)
def test_not_matches_the_rest(jql: str) -> None:
    positive, negative = _query(jql), _query(f"not ({jql})")
    assert all(positive.matches(issue) != negative.matches(issue) for issue in ISSUES)


@given(conditions, conditions)
def test_and_or_follow_their_truth_tables(a: str, b: str) -> None:
    one, other = _query(a), _query(b)
    both, either = _query(f"({a}) and ({b})"), _query(f"({a}) or ({b})")
    for issue in ISSUES:
        assert both.matches(issue) == (one.matches(issue) and other.matches(issue))
        assert either.matches(issue) == (one.matches(issue) or other.matches(issue))


@given(conditions, conditions)
def test_and_binds_closer_than_or(a: str, b: str) -> None:
    bare = _query(f"({a}) or ({b}) and key = APO-1")
    bracketed = _query(f"({a}) or (({b}) and key = APO-1)")
    assert [*map(bare.matches, ISSUES)] == [*map(bracketed.matches, ISSUES)]


millis = st.sampled_from([issue.created * 1000 for issue in ISSUES]).flatmap(
    lambda at: st.integers(at - 2000, at + 2000)
)
created: st.SearchStrategy[Clause] = st.one_of(
    st.builds(
        Terminal,
        st.just("created"),
        st.sampled_from([operator for operator in Operator if operator.value in "<=>=!="]),
        millis.map(Number),
    ),
    st.builds(
        Terminal,
        st.just("createdDate"),
        st.sampled_from([Operator.IN, Operator.NOT_IN]),
        st.lists(millis.map(Number) | st.just(Empty()), min_size=1, max_size=3).map(
            lambda parts: ValueList(tuple(parts))
        ),
    ),
    st.just(Terminal("project", Operator.EQUALS, Text("APO"))),
)
PLAIN = Spelling("and", "or", "not ", "empty", upper=False)


@given(st.recursive(created, _joined, max_leaves=6))
def test_bounds_leave_no_match_out(clause: Clause) -> None:
    query = _query(_write(clause, PLAIN))
    first, last = query.time_bounds()
    for issue in filter(query.matches, ISSUES):
        assert first is None or first <= issue.created
        assert last is None or issue.created <= last


SIGNS = r"""( ) ' " \ = != !~ ~ < >= , [ ] & | ! - cf[ cf[10200] 9 99999999999999999999 -1w"""
KEYWORDS = "and or not in is empty order by asc created due key summary labels priority"
CALLS = "startOfMonth( endOfYear(9999y) startOfWeek(-999999999M) now() currentUser("
FRAGMENTS = [
    *ANY_CONDITION,
    *(jql for jql, _ in ORDERS.values()),
    *SIGNS.split(),
    *KEYWORDS.split(),
    *CALLS.split(),
    *("\ud800", "\x00", "created >=", "due < '-99999999w'", "9999-12-31", "0001-01-01"),
]
hostile = st.one_of(
    st.text(),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), texts), max_size=8).map(" ".join),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.characters()), max_size=12).map("".join),
    st.builds(
        "{} {} {}".format,
        st.sampled_from(FRAGMENTS),
        st.sampled_from(["=", "!=", "<", ">", "~"]),
        texts.map(quoted),
    ),
)
zones = st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"])


def _compiled_or_refusal(jql: str, context: SearchContext) -> Query | list[str]:
    try:
        return compile_query(jql, context)
    except JqlError as refusal:
        return refusal.messages


@given(hostile)
def test_bad_text_is_refused_and_nothing_worse(text: str) -> None:
    outcome = _compiled_or_refusal(text, RANKED)
    if isinstance(outcome, list):
        assert all(message.encode() for message in outcome)
        assert outcome
    else:
        outcome.time_bounds()
        assert set(outcome.sorted(ISSUES)) == set(ISSUES)
        assert [outcome.matches(issue) in (True, False) for issue in ISSUES]


@given(
    st.sampled_from(["created", "due"]),
    st.sampled_from(["<", "="]),
    st.one_of(
        st.dates().map(lambda day: quoted(day.isoformat())),
        st.integers(-(2**63), 2**63 - 1).map(str),
        st.builds(
            "'{}{}{}'".format,
            st.sampled_from("+-"),
            st.integers(0, 10**10),
            st.sampled_from("mhdw"),
        ),
        st.builds(
            "{}OF{}('{}{}')".format,
            st.sampled_from(["start", "end"]),
            st.sampled_from(["Day", "Week", "Month", "Year"]),
            st.integers(-(10**10), 10**10) | st.integers(-10000, 10000),
            st.sampled_from("yMwdhm"),
        ),
    ),
    zones,
)
def test_dates_at_the_ends_of_the_calendar(field: str, sign: str, operand: str, zone: str) -> None:
    outcome = _compiled_or_refusal(
        f"{field} {sign} {operand}", replace(CONTEXT, time_zone=ZoneInfo(zone))
    )
    if isinstance(outcome, list):
        assert len(outcome) == 1
        assert "is invalid" in outcome[0] or "should have the format" in outcome[0]
    else:
        assert [outcome.matches(issue) for issue in ISSUES]


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)), zones)
def test_written_minutes_read_back(at: datetime, zone: str) -> None:
    local = at.replace(second=0, microsecond=0, tzinfo=UTC).astimezone(ZoneInfo(zone))
    read = read_date(local.strftime("%Y-%m-%d %H:%M"), NOW, ZoneInfo(zone))
    # An hour that comes twice is read as the first one.
    assert read == local.replace(fold=0)
