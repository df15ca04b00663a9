"""What Jira refuses, and the words it uses."""

from dataclasses import replace

import pytest

from sandbox.jira.jql import JqlError, JqlSyntaxError, compile_query
from sandbox.jira.jql.reserved_words import KEYWORDS, RESERVED_WORDS
from tests.sandbox_jql.site import CONTEXT, RANKED, found

OPERATORS = (
    "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', "
    "'IS' and 'IS NOT'."
)
FORMATS = (
    "Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', "
    "or a period format e.g. '-5d', '4w 2d'."
)
ESCAPES = r"""The valid escape sequences are \', \", \t, \n, \r, \\, '\ ' and \uXXXX."""

SYNTAX = {
    "no-operator": ("project", f"Expecting operator before the end of the query. {OPERATORS}"),
    "wrong-operator": (
        "project was APO",
        f"Expecting operator but got 'was'. {OPERATORS} (line 1, character 9)",
    ),
    "no-value": (
        "project =",
        "Expecting either a value, list or function before the end of the query.",
    ),
    "keyword-as-value": (
        "project = and",
        "Expecting either a value, list or function but got 'and'. You must surround 'and' in "
        "quotation marks to use it as a value. (line 1, character 11)",
    ),
    "keyword-as-field": (
        "and = 3",
        "Expecting a field name but got 'and'. You must surround 'and' in quotation marks to use "
        "it as a field name. (line 1, character 1)",
    ),
    "no-clause-after-and": (
        "project = APO AND",
        "Expecting a field name before the end of the query.",
    ),
    "two-clauses-unjoined": (
        "project = APO type = Bug",
        "Expecting either 'OR' or 'AND' but got 'type'. (line 1, character 15)",
    ),
    "unquoted-blank-in-value": (
        "project = Apollo Platform",
        "Expecting either 'OR' or 'AND' but got 'Platform'. (line 1, character 18)",
    ),
    "bracket-left-open": ("(project = APO", "Expecting ')' before the end of the query."),
    "bracket-too-many": (
        "project = APO)",
        "Expecting either 'OR' or 'AND' but got ')'. (line 1, character 14)",
    ),
    "clauses-unjoined-in-brackets": (
        "(project = APO type = Bug)",
        "Expecting either 'OR' or 'AND' but got 'type'. (line 1, character 16)",
    ),
    "not-without-in": ("project not APO", "Expecting 'IN' but got 'APO'. (line 1, character 13)"),
    "reserved-word-as-value": (
        "project = select",
        "'select' is a reserved JQL word. You must surround it in quotation marks to use it in a "
        "query. (line 1, character 11)",
    ),
    "reserved-word-as-field": (
        "User = bo",
        "'User' is a reserved JQL word. You must surround it in quotation marks to use it in a "
        "query. (line 1, character 1)",
    ),
    "reserved-character": (
        "assignee = a@b.example",
        "The character '@' is a reserved JQL character. You must enclose it in a string or use "
        r"the escape '\u0040' instead. (line 1, character 13)",
    ),
    "control-character-in-quotes": (
        "summary ~ 'a\tb'",
        r"The character '\u0009' is a reserved JQL character. You must enclose it in a string or "
        r"use the escape '\u0009' instead. (line 1, character 13)",
    ),
    "quotation-left-open": (
        "project = 'APO",
        "The quoted string 'APO' has not been completed. (line 1, character 11)",
    ),
    "escape-unknown": (
        r"summary ~ 'a\q'",
        rf"'\q' is an illegal JQL escape sequence. {ESCAPES} (line 1, character 13)",
    ),
    "escape-cut-short": (
        "summary ~ a\\",
        f"'\\' is an illegal JQL escape sequence. {ESCAPES} (line 1, character 12)",
    ),
    "second-line": (
        "project = APO\nAND AND\norder by key",
        "Expecting a field name but got 'AND'. You must surround 'AND' in quotation marks to use "
        "it as a field name. (line 2, character 5)",
    ),
    "number-too-big": (
        "created > 9223372036854775808",
        "'9223372036854775808' is not a number between -9223372036854775808 and "
        "9223372036854775807. (line 1, character 11)",
    ),
    "custom-field-without-number": (
        "cf[name] = 3",
        "Expecting a custom field id but got 'name'. (line 1, character 4)",
    ),
    "custom-field-left-open": ("cf[1 = 3", "Expecting ']' but got '='. (line 1, character 6)"),
    "order-without-by": (
        "order created",
        "Expecting 'by' but got 'created'. (line 1, character 7)",
    ),
    "order-direction": (
        "order by created up",
        "Expecting either 'ASC' or 'DESC' but got 'up'. (line 1, character 18)",
    ),
    "list-left-open": ("type in (Bug", "Expecting ')' before the end of the query."),
    "list-empty": (
        "type in ()",
        "Expecting either a value, list or function but got ')'. You must surround ')' in "
        "quotation marks to use it as a value. (line 1, character 10)",
    ),
    "argument-missing": (
        "created > startOfDay(,)",
        "Expecting a function argument but got ','. You must surround ',' in quotation marks to "
        "use it as a function argument. (line 1, character 22)",
    ),
}


@pytest.mark.parametrize(("jql", "words"), SYNTAX.values(), ids=SYNTAX.keys())
def test_syntax(jql: str, words: str) -> None:
    with pytest.raises(JqlSyntaxError) as refusal:
        compile_query(jql, CONTEXT)
    assert refusal.value.messages == [f"Error in the JQL Query: {words}"]


MEANING = {
    "unknown-field": (
        "Sprint = 3",
        "Field 'Sprint' does not exist or you do not have permission to view it.",
    ),
    "unknown-custom-field": (
        "cf[999] = 3",
        "Field 'cf[999]' does not exist or you do not have permission to view it.",
    ),
    "unknown-project": ("project = X", "The value 'X' does not exist for the field 'project'."),
    "unknown-project-in-not": (
        "NOT project != X",
        "The value 'X' does not exist for the field 'project'.",
    ),
    "unknown-id": ("status = 7", "A value with ID '7' does not exist for the field 'status'."),
    "unknown-type-by-alias": ("type = X", "The value 'X' does not exist for the field 'type'."),
    "unknown-user": ("creator = X", "The value 'X' does not exist for the field 'creator'."),
    "unknown-category": (
        "statusCategory = Fertig",
        "The value 'Fertig' does not exist for the field 'statusCategory'.",
    ),
    "unknown-issue": (
        "key = APO-99",
        "An issue with key 'APO-99' does not exist for field 'key'.",
    ),
    "unknown-issue-in-a-list": (
        "issuekey in (APO-1, APO-99)",
        "An issue with key 'APO-99' does not exist for field 'issuekey'.",
    ),
    "unknown-issue-in-a-range": (
        "issuekey > APO-99",
        "An issue with key 'APO-99' does not exist for field 'issuekey'.",
    ),
    "unknown-issue-id": ("id = 7", "An issue with ID '7' does not exist for field 'id'."),
    "no-issue-key": ("key = APO", "The issue key 'APO' for field 'key' is invalid."),
    "unknown-parent": (
        "parent = APO-99",
        "An issue with key 'APO-99' does not exist for field 'parent'.",
    ),
    "like-on-project": (
        "project ~ APO",
        "The operator '~' is not supported by the 'project' field.",
    ),
    "equals-on-summary": (
        "summary = x",
        "The operator '=' is not supported by the 'summary' field.",
    ),
    "range-on-status": (
        "status > Open",
        "The operator '>' is not supported by the 'status' field.",
    ),
    "range-on-priority-without-ranks": (
        "priority > High",
        "The operator '>' is not supported by the 'priority' field.",
    ),
    "range-over-words": (
        "cf[10101] > x",
        "The operator '>' is not supported by the 'cf[10101]' field.",
    ),
    "parent-empty": (
        "parent is EMPTY",
        "The operator 'is' is not supported by the 'parent' field.",
    ),
    "parent-equals-empty": (
        "parent = EMPTY",
        "The field 'parent' does not support searching for EMPTY values.",
    ),
    "range-with-empty": (
        "due < EMPTY",
        "The operator '<' does not support searching for EMPTY values in the field 'due'.",
    ),
    "is-with-a-value": (
        "project is APO",
        "Operator 'is' does not support the non-empty value '\"APO\"' for field 'project'.",
    ),
    "in-without-a-list": (
        "project in APO",
        "Operator 'in' does not support the non-list value '\"APO\"' for field 'project'.",
    ),
    "equals-with-a-list": (
        "project = (APO, 10001)",
        "Operator '=' does not support the list value '(\"APO\", 10001)' for field 'project'.",
    ),
    "date-unreadable": (
        "created > soon",
        f"Date value 'soon' for field 'created' is invalid. {FORMATS}",
    ),
    "date-not-in-the-calendar": (
        "due = 2023-02-29",
        f"Date value '2023-02-29' for field 'due' is invalid. {FORMATS}",
    ),
    "date-with-seconds": (
        "updated > '2024-01-01 10:00:00'",
        f"Date value '2024-01-01 10:00:00' for field 'updated' is invalid. {FORMATS}",
    ),
    "period-out-of-the-calendar": (
        "created > '-999999999w'",
        f"Date value '-999999999w' for field 'created' is invalid. {FORMATS}",
    ),
    "millis-out-of-the-calendar": (
        "created > 9223372036854775807",
        f"Date value '9223372036854775807' for field 'created' is invalid. {FORMATS}",
    ),
    "unknown-function": (
        "assignee in (membersOf(x))",
        "Unable to find JQL function 'membersOf(x)'.",
    ),
    "argument-too-many": (
        "created > now(1)",
        "Function 'now' expected '0' arguments but received '1'.",
    ),
    "offsets-too-many": (
        "created > endOfDay(1, 2)",
        "Function 'endOfDay' expected between '0' and '1' arguments but received '2'.",
    ),
    "offset-unreadable": (
        "created > startOfDay(soon)",
        "Duration for function 'startOfDay' should have the format (+/-)n(yMwdhm), e.g -1M for 1 "
        "month earlier.",
    ),
    "function-of-another-type": (
        "project = now()",
        "A value provided by the function 'now' is invalid for the field 'project'.",
    ),
    "person-as-date": (
        "created > currentUser()",
        "A value provided by the function 'currentUser' is invalid for the field 'created'.",
    ),
    "like-nothing": (
        "summary ~ ''",
        "The field 'summary' does not support searching for an empty string.",
    ),
    "like-from-a-wildcard": (
        "summary ~ '*x'",
        "The text query '*x' for field 'summary' is not allowed to start with character '*'.",
    ),
    "like-a-second-word-from-a-wildcard": (
        "summary ~ 'x ?y'",
        "The text query 'x ?y' for field 'summary' is not allowed to start with character '?'.",
    ),
    "order-by-text": ("order by text", "Not able to sort using field 'text'."),
    "order-by-unknown": (
        "order by x",
        "Field 'x' does not exist or you do not have permission to view it.",
    ),
    "order-twice": (
        "order by created, createdDate desc",
        "The sort field 'createdDate' is referenced multiple times in the JQL sort.",
    ),
}


@pytest.mark.parametrize(("jql", "words"), MEANING.values(), ids=MEANING.keys())
def test_meaning(jql: str, words: str) -> None:
    with pytest.raises(JqlError) as refusal:
        compile_query(jql, CONTEXT)
    assert refusal.value.messages == [words]
    assert not isinstance(refusal.value, JqlSyntaxError)


@pytest.mark.parametrize("word", sorted(RESERVED_WORDS - KEYWORDS))
def test_reserved_words_need_quotes(word: str) -> None:
    with pytest.raises(JqlSyntaxError, match=f"'{word}' is a reserved JQL word"):
        compile_query(f"labels = {word}", CONTEXT)
    assert found(f"labels = '{word}'") == ""


def test_all_faults_are_told_once() -> None:
    with pytest.raises(JqlError) as refusal:
        compile_query("(project in (X, Y) or project = X) and z = 1 order by q", CONTEXT)
    assert refusal.value.messages == [
        "The value 'X' does not exist for the field 'project'.",
        "The value 'Y' does not exist for the field 'project'.",
        "Field 'z' does not exist or you do not have permission to view it.",
        "Field 'q' does not exist or you do not have permission to view it.",
    ]
    assert str(refusal.value).startswith("The value 'X' does not exist")


def test_millis_can_be_refused() -> None:
    strict = replace(CONTEXT, accepts_epoch_millis=False)
    with pytest.raises(
        JqlError, match=r"^Date value '1700000000000' for field 'created' is invalid"
    ):
        compile_query("created >= 1700000000000", strict)
    assert found("created >= '2024-03-15'", strict) == "APO-10 ZEUS-2"


def test_a_range_over_an_unknown_id_is_refused() -> None:
    with pytest.raises(JqlError, match=r"^An issue with ID '7' does not exist for field 'id'"):
        compile_query("id > 7", RANKED)


@pytest.mark.parametrize("jql", ["(" * 5000, "not " * 5000, "type in " + "(" * 5000])
def test_nesting_without_end_is_refused(jql: str) -> None:
    with pytest.raises(JqlSyntaxError, match="nested too deeply"):
        compile_query(jql, CONTEXT)


@pytest.mark.parametrize("jql", ["(" * 50 + "type = Epic" + ")" * 50, "not " * 50 + "type = Epic"])
def test_deep_nesting_works(jql: str) -> None:
    assert found(jql) == "APO-3"
