"""A reply before it is sent, and the bodies in which Jira says no. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Final

from sandbox.jira.payloads.encoding import encode

JSON: Final = "application/json;charset=UTF-8"
HTML: Final = "text/html;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, body and headers; `items` is how many issues the body holds."""

    body: bytes = b""
    status: int = 200
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    items: int = 0

    def with_headers(self, headers: Mapping[str, str]) -> Reply:
        return replace(self, headers={**self.headers, **headers})


def json_reply(document: object, status: int = 200) -> Reply:
    return Reply(encode(document).encode(), status)


def json_text(text: str, items: int = 0) -> Reply:
    """A body that is JSON already."""
    return Reply(text.encode(), items=items)


def refusal(status: int, *messages: str, **errors: str) -> Reply:
    """Jira's usual error body; `errors` name the fields that are wrong."""
    return json_reply({"errorMessages": list(messages), "errors": errors}, status)


def text_reply(text: str, status: int) -> Reply:
    return Reply(text.encode(), status, "text/plain;charset=UTF-8")


def html_page(status: int, title: str, text: str) -> Reply:
    """The page that Jira's servlet container shows."""
    page = (
        f"<html>\n<head>\n    <title>{title} ({status})</title>\n"
        f'    <meta http-equiv="Content-Type" content="text/html;charset=UTF-8" />\n</head>\n'
        f"<body>\n    <h1>{title} ({status})</h1>\n    <p>{escape(text)}</p>\n</body>\n</html>\n"
    )
    return Reply(page.encode(), status, HTML)


def not_found_page() -> Reply:
    """Jira's own 404 for a path below its context that leads nowhere."""
    return html_page(404, "Oops, you've found a dead link", "The page could not be found.")


def login_page(base_url: str) -> Reply:
    """What a single sign-on gateway answers instead of JSON: 200 and a form."""
    page = (
        "<!DOCTYPE html>\n<html><head><title>Log in - Company SSO</title></head><body>"
        f'<form method="post" action="{base_url}/login.jsp"><h1>Sign in to continue</h1>'
        '<input name="os_username"><input name="os_password" type="password">'
        "<button>Log in</button></form></body></html>\n"
    )
    return Reply(page.encode(), 200, HTML)


def proxy_error_page() -> Reply:
    """A gateway that cannot reach Jira."""
    page = (
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center>"
        "<h1>502 Bad Gateway</h1></center>\r\n<hr><center>proxy</center>\r\n</body>\r\n</html>\r\n"
    )
    return Reply(page.encode(), 502, HTML)
