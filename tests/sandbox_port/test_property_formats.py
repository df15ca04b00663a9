"""Which strings fit a format."""

from __future__ import annotations

import pytest

from sandbox.port.property_formats import fits

GOOD = {
    "url": ["https://jira.example.com/browse/A-1", "http://jira:8080/jira/x?a=b#c"],
    "email": ["a@example.com", "first.last+tag@mail.example.org"],
    "user": ["a@example.com"],
    "date-time": [
        "2024-02-29T10:00:00Z",
        "2024-05-01T10:00:00.123+02:00",
        "2024-05-01T10:00:00.000+0000",
        "2024-05-01 10:00:00Z",
    ],
    "date": ["2024-02-29"],
    "ipv4": ["10.0.0.1"],
    "ipv6": ["::1"],
    "markdown": ["# anything"],
    "team": ["anything"],
}
BAD = {
    "url": ["", "browse/A-1", "/browse/A-1", "https://", "https://a b.example.com", "http://[::1"],
    "email": ["", "nobody", "a@b", "a b@example.com", "@example.com", "a@example.com "],
    "user": ["jsmith"],
    "date-time": [
        "",
        "2024-05-01",
        "2024-05-01T10:00:00",
        "2024-05-01T10:00Z",
        "2023-02-29T10:00:00Z",
        "1714557600000",
    ],
    "date": ["2023-02-29", "2024-05-01T10:00:00Z", "01.05.2024"],
    "ipv4": ["10.0.0.256", "jira"],
    "ipv6": ["10.0.0.1"],
}


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, texts in GOOD.items() for t in texts])
def test_a_string_fits_its_format(name: str, text: str) -> None:
    assert fits(name, text)


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, texts in BAD.items() for t in texts])
def test_a_string_does_not_fit_its_format(name: str, text: str) -> None:
    assert not fits(name, text)
