"""Invents the people of a company: every odd account a grown Jira has, then ordinary ones.

Nobody here exists; addresses are of example domains.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Final

from sandbox.jira.company.model import User

READER: Final = "catalog-reader"
ADMIN: Final = "admin"
RESTRICTED: Final = "restricted"
EDITOR: Final = "editor"

_ZONES: Final = (
    "Europe/Berlin", "Etc/UTC", "America/New_York", "Asia/Kolkata", "Asia/Shanghai",
    "Europe/Lisbon", "America/Sao_Paulo", "Australia/Adelaide", "Europe/Kyiv", "Asia/Dubai",
)  # fmt: skip
_LOCALES: Final = ("en_US", "en_GB", "de_DE", "fr_FR", "zh_CN", "ja_JP", "pt_BR", "ru_RU")


@dataclass(frozen=True, slots=True)
class _Odd:
    """An account with something unusual; `key` None means `JIRAUSER` and the number."""

    name: str
    display_name: str
    email: str | None
    key: str | None = None
    active: bool = True
    deleted: bool = False


_ODD: Final = (
    _Odd("siobhan.o'brien", "Siobhán O'Brien", "siobhan.obrien@example.com"),
    _Odd("m.mueller", "Märta Müller-Łęcka", "m.mueller@example.com", key="mlecka"),
    _Odd("王小明", "王小明", "xiaoming.wang@example.com"),
    _Odd("дарья.иванова", "Дарья Иванова", "d.ivanova@example.com"),
    _Odd("svc-jenkins", "Jenkins CI (service)", None, key="svc-jenkins"),
    _Odd("former.colleague", "former.colleague", None, deleted=True, active=False),
    _Odd("layla", "ليلى الحسن", "layla@example.com"),
    _Odd("ana+jira@example.com", "Ana Sousa Gonçalves", "ana+jira@example.com"),
    _Odd("old.hand", "Gone Fishing", None, active=False, key="old.hand"),
    _Odd("CORP\\kowalski", "Kowalski, Zdzisław", "zdzislaw at example dot com"),
    _Odd("build user", "Old Build User", None, key="build user"),
    _Odd("zoe", "Zoë 🚀 Quinn", "zoe at example dot com"),
    _Odd("jörg.weiß", "Jörg Weiß", "joerg.weiss@example.com", key="jörg.weiß"),
    _Odd("reception", "Reception / Empfang", "see the intranet page"),
    _Odd("alex.chen", "Alex Chen", "alex.chen@example.com"),
    _Odd("alex.chen2", "Alex Chen", "alex.chen2@example.com"),
    _Odd("r.dangelo", 'Robert "Bob" D\'Angelo', "bob@example.org", active=False),
    _Odd("null", "Nul L.", "null@example.com", key="null"),
    _Odd("JSmith", "J. Smith", "J.Smith@Example.COM", key="jsmith"),
    _Odd("leaver", "leaver", None, deleted=True, active=False, key="leaver"),
    _Odd("jirauser10777", "user-b7c1d", None, active=False),
    _Odd("nguyễn.thị.hà", "Nguyễn Thị Hà", "ha.nguyen@example.com"),
    _Odd("automation", "Automation for Jira", None, key="automation"),
    _Odd("o'hara", "Scarlett O’Hara-Nuñez", "o'hara@example.com", key="o'hara"),
    _Odd("佐藤", "佐藤 さくら", None),
    _Odd("x", "X", "x@example.com"),
)
_GIVEN: Final = (
    "Anna", "Björn", "Chloé", "Dmitri", "Elif", "Fatima", "Goran", "Hana", "Ivo", "João", "Katja",
    "Lars", "Mei", "Noor", "Øystein", "Priya", "Quentin", "Rosa", "Sven", "Tariq", "Uma", "Vera",
    "Wanjiru", "Ximena", "Yuki", "Žofia", "Ольга", "Павел", "建国", "美玲", "أحمد", "مريم",
)  # fmt: skip
_FAMILY: Final = (
    "Andersson", "Bianchi", "Çelik", "Díaz", "Eriksen", "Fischer", "García", "Horváth", "Ito",
    "Jansen", "Kovač", "Lindqvist", "Mbeki", "Nowak", "O'Neill", "Papadopoulos", "Rossi", "Şahin",
    "Tanaka", "Usman", "van der Berg", "Weber", "Yılmaz", "Zhang", "Соколова", "Морозов", "陈",
    "李", "الخطيب", "منصور",
)  # fmt: skip
_FIRST_ID: Final = 10100


def invent_people(count: int, rng: Random) -> list[User]:
    """Three of the accounts that tests log in with, then `count` others, odd ones first."""
    others = islice(_others(rng), count)
    return [*_accounts(), *others]


def invent_editor() -> User:
    """The fourth account to log in with; it leads nothing and appears in no issue."""
    return User(10003, "JIRAUSER10003", EDITOR, "Sandbox Editor", "editor@example.com")


def _accounts() -> Iterator[User]:
    yield User(10000, ADMIN, ADMIN, "Jira Administrator", "admin@example.com")
    yield User(
        10001,
        "JIRAUSER10001",
        READER,
        "Catalog Reader",
        "catalog-reader@example.com",
        time_zone="Europe/Berlin",
    )
    yield User(
        10002, "JIRAUSER10002", RESTRICTED, "Restricted Reader", None, "America/Sao_Paulo", "pt_BR"
    )


def _others(rng: Random) -> Iterator[User]:
    for position, odd in enumerate(_ODD):
        yield _odd_user(_FIRST_ID + position, odd, rng)
    position = len(_ODD)
    while True:
        yield _ordinary_user(_FIRST_ID + position, rng)
        position += 1


def _odd_user(number: int, odd: _Odd, rng: Random) -> User:
    return User(
        number,
        odd.key or f"JIRAUSER{number}",
        odd.name,
        odd.display_name,
        odd.email,
        rng.choice(_ZONES),
        rng.choice(_LOCALES),
        odd.active,
        odd.deleted,
        10334 + rng.randrange(20),
    )


def _ordinary_user(number: int, rng: Random) -> User:
    given, family = rng.choice(_GIVEN), rng.choice(_FAMILY)
    name = f"{given}.{family}{number}".lower().replace(" ", "").replace("'", "")
    kind = rng.random()
    return User(
        number,
        name if kind < 0.15 else f"JIRAUSER{number}",
        f"{name}@example.com" if kind > 0.95 else name,
        f"{given} {family}",
        _email(name, rng.random()),
        rng.choice(_ZONES),
        rng.choice(_LOCALES),
        active=rng.random() > 0.12,
        deleted=False,
        avatar_id=10334 + rng.randrange(20),
    )


def _email(name: str, kind: float) -> str | None:
    if kind < 0.05:
        return None
    if kind < 0.12 or not name.isascii():
        return f"user{abs(hash_of(name))} at example dot com"
    return f"{name}@example.com"


def hash_of(text: str) -> int:
    """The same small number for the same text in every process."""
    return sum((index + 1) * ord(character) for index, character in enumerate(text)) % 100_000
