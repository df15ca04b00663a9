"""What can go wrong with a Jira, grouped by what the reader has to do about it.

Decides nothing: `replies` decides which of these a reply means.
"""

from typing import ClassVar


class JiraError(Exception):
    """The root of the tree. Subclasses say whose turn it is.

    JiraError
        Misconfigured
        Refused
            LoginRefused
            CaptchaRequired
            BasicAuthDisabled
            AnonymousView
            LoginPage
            PermissionMissing
        Unavailable
            ServerBusy
            RateLimited
            NoConnection
            TimedOut
            CertificateRefused
            ServerFailed
        Incomplete
            BrokenReply
            NotFound
            ListingUnproved
        RejectedQuery

    Misconfigured: the parameters cannot work. Refused: credentials or permissions must be
    mended. Unavailable: later. Incomplete: do not believe what came. RejectedQuery: the mapping
    must be mended.

    The text has at most three lines: what happened and where, Jira's own words, what to do next.
    """

    default_advice: ClassVar[str] = ""

    def __init__(
        self,
        *,
        what: str,
        where: str = "",
        words: str = "",
        advice: str | None = None,
        status: int | None = None,
    ) -> None:
        """Keep the facts; `where` is a method and a URL without secrets, `words` Jira's own text."""
        self.what = what
        self.where = where
        self.words = words
        self.advice = self.default_advice if advice is None else advice
        self.status = status
        super().__init__(what)

    def __str__(self) -> str:
        first = f"{self.what} ({self.where})" if self.where else self.what
        lines = [first, self.words and f"Jira says: {self.words}", self.advice]
        return "\n".join(line for line in lines if line)


class Misconfigured(JiraError):
    """A parameter is missing or cannot be right; nothing was sent."""


class Refused(JiraError):
    """Jira knows what it was asked and will not answer this caller."""


class LoginRefused(Refused):
    """401: token or password wrong, revoked or expired."""

    default_advice = (
        "Check the token, or the username and password. It was sent once and is not sent again in "
        "this run, so that the account is not locked."
    )


class CaptchaRequired(Refused):
    """Too many failed logins: Jira wants to see a person."""

    default_advice = (
        "Log in to Jira once in a browser as this user (or let an administrator reset the failed "
        "login count), then run again. A personal access token is never asked for a CAPTCHA."
    )


class BasicAuthDisabled(Refused):
    """The site does not take user name and password over REST."""

    default_advice = (
        "Create a personal access token in Jira (profile, Personal Access Tokens) and set `token` "
        "instead of `username` and `password`."
    )


class AnonymousView(Refused):
    """Jira answered, but as to a visitor who is not logged in: the answer is less than the truth."""

    default_advice = (
        "The token or password is wrong or has expired, and this Jira lets visitors look around "
        "without a login. Create a new token. Nothing was deleted from the catalog."
    )


class LoginPage(Refused):
    """Something in front of Jira, or Jira itself, answered with a page for people."""

    default_advice = (
        "A single sign-on gateway or proxy stands before Jira. Let REST requests with an "
        "Authorization header pass, or set jiraServerHost to an address behind it."
    )


class PermissionMissing(Refused):
    """The login is good; the permission is not there."""

    default_advice = "Ask a Jira administrator for the permission that is named above."


class Unavailable(JiraError):
    """Nothing is wrong with the question; ask it later.

    `retry_after`: seconds that the server asked to wait, if it said so.
    `may_retry`: whether asking the same again can help within this run.
    """

    may_retry: ClassVar[bool] = True
    default_advice = "Run again when Jira is back; the catalog keeps what it has."

    def __init__(
        self,
        *,
        what: str,
        where: str = "",
        words: str = "",
        advice: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(what=what, where=where, words=words, advice=advice, status=status)
        self.retry_after = retry_after


class ServerBusy(Unavailable):
    """408, 502, 503 or 504: Jira, or a proxy before it, is overloaded or restarting."""


class RateLimited(Unavailable):
    """429: this user has used up its requests."""

    default_advice = (
        "Ask a Jira administrator for a higher rate limit for this user (System, Rate limiting), "
        "or run less often."
    )


class NoConnection(Unavailable):
    """No whole HTTP reply came: name, address, TLS, reset or time-out."""

    default_advice = (
        "Check that the address is right and can be reached from where this runs (proxy, firewall, "
        "company CA: see the README)."
    )


class TimedOut(Unavailable):
    """Nothing came within the time-out; the question may have been too heavy."""

    default_advice = "Raise OCEAN__CLIENT_TIMEOUT (seconds) if this Jira needs longer."


class CertificateRefused(Unavailable):
    """The server's certificate is not trusted here; it will not be, however often it is asked."""

    may_retry = False
    default_advice = (
        "Mount your company's CA at /usr/local/share/ca-certificates/cert.crt, or set SSL_CERT_FILE "
        "to a PEM bundle that contains it (README, Proxies and company CAs)."
    )


class ServerFailed(Unavailable):
    """500: Jira broke over this question; the same question would break it again."""

    may_retry = False
    default_advice = "Look into Jira's log (atlassian-jira.log) at this time for the cause."


class Incomplete(JiraError):
    """A reply that may be less than the truth; believing it would delete from the catalog."""


class BrokenReply(Incomplete):
    """Not the JSON that Jira sends here."""

    default_advice = (
        "Something between here and Jira changes its replies, or the address is not a Jira's. "
        "Open the URL above in a browser."
    )


class NotFound(Incomplete):
    """404: no such thing, or not visible to this user.

    `from_jira`: whether Jira itself said so, in JSON; a proxy's 404, or that of a wrong context
    path, says nothing about what exists.
    """

    default_advice = (
        "Check jiraServerHost: it must be Jira's base URL, with its context path if it has one "
        "(https://corp.example/jira)."
    )

    def __init__(
        self,
        *,
        what: str,
        where: str = "",
        words: str = "",
        advice: str | None = None,
        status: int | None = None,
        from_jira: bool = False,
    ) -> None:
        super().__init__(what=what, where=where, words=words, advice=advice, status=status)
        self.from_jira = from_jira


class ListingUnproved(Incomplete):
    """Replies that contradict one another, so that the end of a list could not be proved."""

    default_advice = "Nothing was deleted. Run again; if it comes back, report it with this text."


class RejectedQuery(JiraError):
    """400: Jira understood the request and cannot carry it out as it is written."""

    default_advice = "Mend the selector in the mapping; a project or field that this user may not see counts as unknown."
