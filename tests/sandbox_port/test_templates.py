"""What becomes of the `{{ jq }}` templates of a definition."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.port.replies import RefusedError
from sandbox.port.templates import problems, rendered

SUBJECT = {
    "inputs": {"text": "a b", "number": 3, "list": ["x", 1], "flag": False, "none": None},
    "entity": {"identifier": "PAY-7"},
}

VALUES: dict[str, tuple[Any, Any]] = {
    "no_template": ("plain", "plain"),
    "text": ("{{ .inputs.text }}", "a b"),
    "number_keeps_its_type": ("{{.inputs.number}}", 3),
    "list_keeps_its_type": (" {{ .inputs.list }} ", ["x", 1]),
    "false_is_a_value": ("{{ .inputs.flag }}", False),
    "missing_is_null": ("{{ .inputs.unknown }}", None),
    "failing_is_null": ("{{ .inputs.text.deeper }}", None),
    "amid_text": ("Issue {{ .entity.identifier }}: {{ .inputs.text }}!", "Issue PAY-7: a b!"),
    "json_amid_text": ("{{ .inputs.list }} and {{ .inputs.none }}", '["x",1] and null'),
    "braces_in_a_string": ('{{ "}}" + .inputs.text }}', "}}a b"),
    "interpolation": (r'{{ "\(.inputs.number) of {{" }}', "3 of {{"),
    "quote_before": ('5" {{ .inputs.number }}', '5" 3'),
    "object_in_braces": ("{{ {a: .inputs.number} }}", {"a": 3}),
    "inside_objects_and_lists": (
        {"a": ["{{ .inputs.number }}", {"b": "{{ .entity.identifier }}"}], "c": 1, "d": None},
        {"a": [3, {"b": "PAY-7"}], "c": 1, "d": None},
    ),
    "null_stays": ({"a": "{{ .inputs.none }}"}, {"a": None}),
    "nothing_drops_the_key": ({"a": "{{ empty }}", "b": 1}, {"b": 1}),
    "nothing_in_a_list_is_null": (["{{ empty }}"], [None]),
    "key": ({"{{ .inputs.text }}": 1}, {"a b": 1}),
    "null_key_is_dropped": ({"{{ .inputs.none }}": 1}, {}),
    "spread": ({"{{ spreadValue() }}": "{{ .entity }}", "b": 1}, {"identifier": "PAY-7", "b": 1}),
}


@pytest.mark.parametrize(("template", "expected"), VALUES.values(), ids=VALUES)
def test_what_a_template_becomes(template: object, expected: object) -> None:
    assert rendered(template, SUBJECT) == expected


REFUSED: dict[str, tuple[Any, str]] = {
    "key_is_a_number": ({"{{ .inputs.number }}": 1}, "must become text, got 3"),
    "spread_of_a_text": ({"{{spreadValue()}}": "{{ .inputs.text }}"}, "must be an object"),
}


@pytest.mark.parametrize(("template", "message"), REFUSED.values(), ids=REFUSED)
def test_what_a_template_must_not_become(template: object, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        rendered(template, SUBJECT)


BROKEN: dict[str, tuple[Any, str]] = {
    "not_jq": ({"a": ["x {{ .inputs. | }} y"]}, "'.inputs. |' is not jq"),
    "open": ("{{ .inputs", "double braces without a partner"),
    "closed": ("{{ .a }} }}", "double braces without a partner"),
    "in_a_key": ({"{{ ( }}": 1}, "is not jq"),
}


@pytest.mark.parametrize(("template", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_template_is_named(template: object, message: str) -> None:
    (problem,) = problems(template)
    assert message in problem


def test_good_templates_have_no_problem() -> None:
    good = [template for template, _ in VALUES.values()]
    assert list(problems(good)) == []
