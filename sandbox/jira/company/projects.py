"""Invents the projects of a company: names, leads, components, versions and who may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from sandbox.jira.company.catalogue import CATEGORIES
from sandbox.jira.company.model import Audience, Component, Project, ProjectVersion, User

FIRST_ID: Final = 10000


@dataclass(frozen=True, slots=True)
class _Plan:
    key: str
    name: str
    type_key: str = "software"
    category: int | None = None
    audience: Audience = Audience.USERS
    archived: bool = False


_PLANS: Final = (
    _Plan("PAY", "Payments", category=1),
    _Plan("OPS_2", "Operations (new)", "service_desk", 0),
    _Plan("WEB", "Website & Blog", category=1, audience=Audience.PUBLIC),
    _Plan("HR", "People & Culture", "business", 2),
    _Plan("DATA", "Data Platform / 数据平台", category=0),
    _Plan("SECRET", "Board matters", "business", 2, Audience.ADMINS),
    _Plan("LEGACY", 'Mainframe "Bertha"', archived=True),
    _Plan("OSS", "Open Source", category=3, audience=Audience.PUBLIC),
    _Plan("SRE2024", "Site Reliability"),
    _Plan("KUNDE", "Kundenportal – Größe & Maße", category=1),
    _Plan("MIR_1", "Склад и логистика", category=2),
    _Plan("IT", "IT Help Desk", "service_desk", 2),
    _Plan("MOB", "Mobile Apps 📱", category=1),
    _Plan("A1", "A1"),
    _Plan("MERGER", "Merger (confidential)", "business", None, Audience.ADMINS),
    _Plan("OLD_SHOP", "Old shop", category=1, archived=True),
    _Plan("FIN", "Finance <SAP>", "business", 2),
    _Plan("QA", "Quality 'Assurance'", category=0),
    _Plan("DOCS", "Documentation", "business", None, Audience.PUBLIC),
    _Plan(
        "ABCDEFGHIJ",
        "A Project With a Rather Long Name That Somebody Typed In During a "
        "Workshop and Nobody Dared to Change",
        category=3,
    ),
    _Plan("LEGAL", "Legal & Compliance", "business", 2),
    _Plan("ML", "Machine Learning", category=3),
)
_AREAS: Final = ("Billing", "Search", "Identity", "Stock", "Partner", "Reporting", "Edge", "Chat")
_KINDS: Final = ("Service", "Team", "Migration", "API", "Support")
_COMPONENTS: Final = (
    "API", "UI", "Database", "Docs", "Build & Deploy", "Übersetzung", "Безопасность", "iOS/Android",
)  # fmt: skip


def invent_projects(count: int, people: list[User], today: date, rng: Random) -> list[Project]:
    """`count` projects; among the first eight are public, hidden and archived ones."""
    leads = [user for user in people if not user.deleted]
    return [_project(number, leads, today, rng) for number in range(count)]


def _project(number: int, leads: list[User], today: date, rng: Random) -> Project:
    plan = _PLANS[number] if number < len(_PLANS) else _further_plan(number)
    return Project(
        FIRST_ID + number,
        plan.key,
        plan.name,
        plan.type_key,
        _description(plan, number),
        rng.choice(leads),
        f"https://wiki.example.com/display/{number}" if number % 3 == 0 else None,
        None if plan.category is None else CATEGORIES[plan.category],
        plan.audience,
        plan.archived,
        10324 + number % 12,
        [],
        _components(number, rng),
        _versions(number, today, rng),
    )


def _further_plan(number: int) -> _Plan:
    area, kind = _AREAS[number % len(_AREAS)], _KINDS[number % len(_KINDS)]
    return _Plan(
        f"{area[:3].upper()}{number}",
        f"{area} {kind} {number}",
        ("software", "business", "service_desk")[number % 3],
        number % 5 if number % 5 < len(CATEGORIES) else None,
        Audience.PUBLIC if number % 17 == 0 else Audience.USERS,
        archived=number % 13 == 0,
    )


def _description(plan: _Plan, number: int) -> str:
    if number % 4 == 3:
        return ""
    return f"Everything about {plan.name}.\r\nAsk in the team's channel first."


def _components(number: int, rng: Random) -> tuple[Component, ...]:
    names = rng.sample(_COMPONENTS, rng.randrange(0, 6))
    first = 10000 + number * 10
    return tuple(
        Component(str(first + index), name, f"All about {name}" if index % 2 else None)
        for index, name in enumerate(names)
    )


def _versions(number: int, today: date, rng: Random) -> tuple[ProjectVersion, ...]:
    count = rng.randrange(0, 8)
    start = today - timedelta(days=60 * count)
    return tuple(
        _version(10000 + number * 10 + index, index, count, start + timedelta(days=70 * index))
        for index in range(count)
    )


def _version(id_: int, index: int, count: int, release: date) -> ProjectVersion:
    released = index < count - 2
    name = f"{1 + index // 3}.{index % 3}" + (" «Frühling»" if index == 2 else "")
    return ProjectVersion(str(id_), name, "First of all" if index == 0 else None, released,
                          index == 0 and count > 4, release if released else None)  # fmt: skip
