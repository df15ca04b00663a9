"""Prints what a running sandbox Port holds as tables. Asks over HTTP, changes nothing."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator

from sandbox.port.asking import CannotShowError, NotFoundError, add_url, asked
from sandbox.port.replies import Json

COMMANDS = ("list", "show")
LONGEST_CELL = 40
MAIN_PROPERTIES = 4


def run(arguments: list[str]) -> int:
    """Carry out `list` or `show`; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        print("\n".join(_lines(options)))
    except CannotShowError as err:
        print(err, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.port")
    commands = parser.add_subparsers(dest="command", required=True)
    every = commands.add_parser("list", help="what is in the catalog")
    every.add_argument("blueprint", nargs="?", help="all blueprints when left out")
    every.add_argument("--limit", type=int, default=50, help="rows a table has at most")
    one = commands.add_parser("show", help="one entity with all it has")
    one.add_argument("blueprint")
    one.add_argument("identifier")
    for command in (every, one):
        add_url(command)
        command.add_argument("--json", action="store_true", help="JSON instead of tables")
    return parser


def _lines(options: argparse.Namespace) -> Iterator[str]:
    catalog = _fetched(options.url, options.blueprint)
    if options.command == "show":
        catalog = _entity(catalog, options.blueprint, options.identifier)
    if options.json:
        yield json.dumps(catalog, indent=2, ensure_ascii=False)
    elif options.command == "show":
        yield from entity_lines(catalog)
    else:
        yield from catalog_lines(catalog, options.limit)


def _fetched(url: str, blueprint: str | None) -> Json:
    params = {} if blueprint is None else {"blueprint": blueprint}
    try:
        return asked(url, "GET", "catalog", params=params)
    except NotFoundError as err:
        message = f'There is no blueprint "{blueprint}" at {url}.'
        raise CannotShowError(message) from err


def _entity(catalog: Json, blueprint: str, identifier: str) -> Json:
    entity: Json | None = catalog["entities"][blueprint].get(identifier)
    if entity is None:
        message = f'There is no entity "{identifier}" in blueprint "{blueprint}".'
        raise CannotShowError(message)
    return entity


def catalog_lines(catalog: Json, limit: int) -> Iterator[str]:
    """A table of at most `limit` rows for each blueprint, and how many entities there are."""
    for name, blueprint in catalog["blueprints"].items():
        entities = list(catalog["entities"][name].values())
        yield f"{blueprint.get('title') or name} ({name}): {_counted(len(entities))}"
        if entities:
            rows = [_row(one, blueprint) for one in entities[:limit]]
            yield from table(_columns(blueprint), rows)
        if len(entities) > limit:
            yield f"  … and {len(entities) - limit} more"
        yield ""
    total = sum(len(entities) for entities in catalog["entities"].values())
    blueprints = len(catalog["blueprints"])
    yield f"{_counted(total)} in {blueprints} {'blueprint' if blueprints == 1 else 'blueprints'}"


def entity_lines(entity: Json) -> Iterator[str]:
    """One entity, a line for each of its fields, properties and relations."""
    plain = ("identifier", "title", "blueprint", "team", "createdAt", "updatedAt", "datasource")
    fields = {name: entity.get(name) for name in plain if entity.get(name)}
    yield from _pairs(fields)
    for part in ("properties", "relations"):
        yield f"\n{part}"
        yield from _pairs(entity[part])


def _pairs(values: Json) -> Iterator[str]:
    width = max((len(name) for name in values), default=0)
    for name, value in values.items():
        yield f"  {name.ljust(width)}  {_text(value)}"


def _main_properties(blueprint: Json) -> list[str]:
    return list(blueprint["schema"]["properties"])[:MAIN_PROPERTIES]


def _columns(blueprint: Json) -> list[str]:
    return ["identifier", "title", *_main_properties(blueprint), *blueprint["relations"]]


def _row(entity: Json, blueprint: Json) -> list[str]:
    properties = [entity["properties"].get(name) for name in _main_properties(blueprint)]
    relations = [entity["relations"].get(name) for name in blueprint["relations"]]
    cells = [entity["identifier"], entity["title"], *properties, *relations]
    return [_cut(_text(cell)) for cell in cells]


def table(columns: list[str], rows: list[list[str]]) -> Iterator[str]:
    """Columns as wide as their widest cell, under a line of their names."""
    widths = [max(_width(cell) for cell in column) for column in zip(columns, *rows, strict=True)]
    yield _aligned(columns, widths)
    yield _aligned(["-" * width for width in widths], widths)
    for row in rows:
        yield _aligned(row, widths)


def _aligned(cells: Iterable[str], widths: list[int]) -> str:
    pairs = zip(cells, widths, strict=True)
    padded = (cell + " " * (width - _width(cell)) for cell, width in pairs)
    return f"  {'  '.join(padded)}".rstrip()


def _width(text: str) -> int:
    """Columns that a text takes in a terminal: East Asian characters take two, accents none."""
    shown = [one for one in text if not unicodedata.combining(one)]
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in shown)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_CELL else f"{line[: LONGEST_CELL - 1]}…"


def _counted(number: int) -> str:
    return f"{number} entity" if number == 1 else f"{number} entities"
