"""What the benchmark tells of its measurements."""

from dataclasses import replace

import pytest

from benchmarks.aims import verdicts
from benchmarks.incremental import Cost, Incremental, incremental_table
from benchmarks.live_figures import Burst, Edits, LiveEvents, burst_table, latency_table
from benchmarks.load import JiraLoad
from benchmarks.ocean_log import resync_seconds
from benchmarks.own_part import Drive, OwnPart
from benchmarks.report import aims_table, own_table, same_catalog, sync_table
from benchmarks.resources import every_issue
from benchmarks.syncs import SideBySide, Sync
from benchmarks.table import Table

LOAD = JiraLoad(
    issues=5000, until_last_reply=60.0, busy=25.0, searches=100, page=50, megabytes=50.0
)
PLAIN = Sync("plain", 80.0, 78.0, LOAD, 120.0, 200.0, {"A-1": {"title": "one"}})
OURS = replace(
    PLAIN,
    exporter="ours",
    seconds=30.0,
    load=replace(LOAD, until_last_reply=6.0, searches=6, page=1000),
)
SYNC = SideBySide(5000, PLAIN, OURS)
DRIVE = Drive(issues=1000, seconds=1.0, cpu_seconds=0.1, peak_memory=100.0)
OWN = OwnPart(ours=DRIVE, ready=replace(DRIVE, peak_memory=70.0), load=LOAD)
BURST = Burst("1,000 events", 1000, 900, 1000, 0.5, 0.02, 12.0, 0, 950)
BULK_EDIT = replace(BURST, name="bulk edit", until_accepted=2.0, slowest=None)
EDITS = Edits(5.0, (1.0, 2.0, 3.0), lost=0)
LIVE = LiveEvents(5000, (BURST, BURST), 6000.0, BULK_EDIT, EDITS)


def met(sync: SideBySide = SYNC, own: OwnPart = OWN, live: LiveEvents = LIVE) -> list[bool]:
    return [verdict.met for verdict in verdicts([SYNC, sync], [OWN, own], live)]


def slower(seconds: float = 30.0, last_reply: float = 6.0, searches: int = 6) -> SideBySide:
    load = replace(OURS.load, until_last_reply=last_reply, searches=searches)
    return replace(SYNC, ours=replace(OURS, seconds=seconds, load=load))


def own(peak_memory: float = 100.0, cpu_seconds: float = 0.1) -> OwnPart:
    return replace(OWN, ours=replace(DRIVE, peak_memory=peak_memory, cpu_seconds=cpu_seconds))


def edited(edits: Edits) -> LiveEvents:
    return replace(LIVE, edits=edits)


def sent(burst: Burst) -> LiveEvents:
    return replace(LIVE, sent=(BURST, burst))


@pytest.mark.parametrize(
    ("measured", "missed"),
    [
        pytest.param(met(), [], id="none"),
        pytest.param(met(slower(last_reply=11)), [0], id="jira-slower"),
        pytest.param(met(slower(seconds=33)), [1], id="sync-slower"),
        pytest.param(met(slower(searches=7)), [2], id="more-requests"),
        pytest.param(met(own=own(peak_memory=121.0)), [3], id="more-memory"),
        pytest.param(met(own=own(cpu_seconds=0.13)), [4], id="cost-grows"),
        pytest.param(met(live=sent(replace(BURST, until_accepted=1.1))), [5], id="fewer-events"),
        pytest.param(met(live=sent(replace(BURST, accepted=999))), [6], id="an-event-refused"),
        pytest.param(met(live=sent(replace(BURST, wrong=1))), [6], id="an-issue-not-told"),
        pytest.param(
            met(live=replace(LIVE, bulk_edit=replace(BULK_EDIT, wrong=1))), [6], id="bulk-edit"
        ),
        pytest.param(met(live=edited(replace(EDITS, lost=1))), [6], id="an-edit-not-told"),
        pytest.param(met(live=edited(replace(EDITS, seconds=(1.0, 5.1)))), [7], id="late"),
    ],
)
def test_each_aim_is_missed_by_itself_and_by_the_worst_size(
    measured: list[bool], missed: list[int]
) -> None:
    assert [index for index, one in enumerate(measured) if not one] == missed


def test_every_measurement_has_its_cell() -> None:
    tables = [
        sync_table([SYNC, SYNC]),
        own_table([OWN]),
        incremental_table(Incremental(2000, 20, Cost(17, 1.7, 9.0), Cost(90, 40.0, 30.0))),
        burst_table(LIVE),
        latency_table(EDITS),
        aims_table(verdicts([SYNC], [OWN], LIVE)),
    ]

    assert all({len(row) for row in table.rows} == {len(table.header)} for table in tables)
    assert ("issues per second", "62", "167", "62", "167") in tables[0].rows
    assert ("events absorbed per second", "2,000", "2,000", "500") in tables[3].rows
    assert ("slowest answer, ms", "20", "20", "-") in tables[3].rows


@pytest.mark.parametrize(
    ("seconds", "percent", "found"),
    [
        pytest.param([4.0], 99, 4.0, id="of-one"),
        pytest.param([3.0, 1.0, 2.0], 50, 2.0, id="the-middle-of-three"),
        pytest.param([4.0, 3.0, 2.0, 1.0], 50, 2.0, id="the-lower-middle-of-four"),
        pytest.param([float(n) for n in range(1, 201)], 99, 198.0, id="two-of-200-are-longer"),
        pytest.param([float(n) for n in range(1, 11)], 99, 10.0, id="none-of-ten-is-longer"),
    ],
)
def test_a_percentile_is_one_of_the_times(
    seconds: list[float], percent: float, found: float
) -> None:
    assert Edits(5.0, tuple(seconds), lost=0).percentile(percent) == found


def test_figures_stand_below_each_other_in_a_terminal() -> None:
    table = Table("Title", ("", "one"), (("a", "1"), ("longer", "1,000")))

    assert table.text() == "Title\n            one\n  a           1\n  longer  1,000"


def test_a_readme_gets_a_table_of_its_own_kind() -> None:
    table = Table("Title", ("", "one"), (("a", "1"),))

    assert table.markdown() == "**Title**\n\n|  | one |\n| --- | ---: |\n| a | 1 |"


@pytest.mark.parametrize(
    ("entities", "said"),
    [
        pytest.param({"A-1": {"title": "one"}}, "both put the same", id="same"),
        pytest.param({"A-1": {"title": "two"}}, "DIFFER in 1 entities (0 are", id="another"),
        pytest.param({}, "DIFFER in 1 entities (1 are missing", id="missing"),
    ],
)
def test_catalogs_that_differ_are_told(entities: dict[str, dict[str, str]], said: str) -> None:
    assert said in same_catalog([replace(SYNC, ours=replace(OURS, entities=entities))])


def test_a_resync_lasts_from_its_trigger_to_the_last_event() -> None:
    log = (
        "Setting sail\n"
        "2026-05-04 08:00:01.250 | INFO     | Resync was triggered\n"
        "2026-05-04 08:00:02.000 | INFO     | Event started\n"
        "2026-05-04 08:01:03.750 | INFO     | Event finished\n"
        "2026-05-04 08:01:09.000 | INFO     | Exiting application\n"
    )

    assert resync_seconds(log) == 62.5
    assert resync_seconds("Setting sail\n") is None


def test_the_measured_mapping_is_the_shipped_one_for_every_issue() -> None:
    issue = {"kind": "issue", "selector": {"query": "true", "jql": "project = A"}, "port": {"x": 1}}
    shipped = {"createMissingRelatedEntities": True, "resources": [{"kind": "user"}, issue]}

    assert every_issue(shipped) == {
        "createMissingRelatedEntities": True,
        "resources": [{"kind": "issue", "selector": {"query": "true"}, "port": {"x": 1}}],
    }
