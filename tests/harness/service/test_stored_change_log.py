"""A service whose sheet names its change log is judged by that, strictly where it tells enough, and never wrongly."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.http_client import HttpRequest, HttpResponse
from harness.journal import journal_of
from harness.run.run import Run
from harness.scenario.parse import read_scenario, shipped_scenarios
from harness.service.service import ChangeLog, Service, ServiceApi
from harness.service.sheet.api import SheetApi
from harness.service.sheet.loading import allowances_of, parse_sheet, sheet_file
from harness.virtual.loop import run_virtually
from harness.virtual.network import Network
from harness.world_name import WorldName
from harness.worlds import open_world
from reports.history import Reading, StateChange
from reports.journal import Journal
from reports.sentences import conclusion
from reports.verdicts import Verdict
from tests.harness.live.scenes import faulty
from tests.harness.service.sheet.answering import Answering, response
from tests.harness.virtual.dumped import stormy

Row = dict[str, Any]
Doctor = Callable[[list[Row]], list[Row]]

_BEGAN = 1_800_000_000.0
_LOG = """
[change_log]
path = "/changes"
items = ""
at = "/at"
id = "/id"
name = "/name"
location = "/location"
before = "/from"
after = "/to"
reason = "/why"
writer = "/by"
"""


class LoggedService:
    """The reference pipeline as a service with a sheet, of which no more is seen than a log of its changes."""

    def __init__(self, service: Service, log: str, doctor: Doctor) -> None:
        assert isinstance(service, ChangeLog)
        reference = sheet_file("reference", beside=Path())
        assert reference is not None
        sheet = parse_sheet(reference.read_text(encoding="utf-8") + log, "sheet.toml")
        self._service, self._log, self._doctor = service, service, doctor
        self._sheet = SheetApi(sheet, {})
        self.allowances = allowances_of(sheet)
        self.api: ServiceApi = service.api
        self.url = service.url
        self.parts = service.parts

    async def at_rest(self) -> bool:
        return await self._service.at_rest()

    async def read_records(self, round: int) -> Reading:
        return await self._service.read_records(round)

    async def read_change_log(self) -> Sequence[StateChange] | None:
        rows = [_row(change) for change in await self._log.read_changes()]

        def answer(request: HttpRequest) -> HttpResponse:
            return response(200, self._doctor(rows))

        return await self._sheet.read_changes(Answering(answer), [], lambda unix: unix - _BEGAN)


def _row(change: StateChange) -> Row:
    told: Mapping[str, object] = {"from": change.before, "to": change.after, "by": change.writer, "why": change.reason}
    about = {"id": change.share, "name": change.name, "location": change.location}
    return {"at": _BEGAN + change.at, **about, **told}


def _as_it_is(rows: list[Row]) -> list[Row]:
    return rows


def _played(name: str, *, log: str = _LOG, doctor: Doctor = _as_it_is) -> Journal:
    own = {"faulty": faulty, "stormy": stormy}
    scenario = own[name]() if name in own else read_scenario(shipped_scenarios()[name])

    async def execute() -> Journal:
        async with open_world(scenario, WorldName.VIRTUAL) as world:
            world.service = LoggedService(world.service, log, doctor)
            result = await Run(world).execute()
            return journal_of(scenario, result, seed=scenario.seed, world="virtual", command="")

    return run_virtually(execute(), Network())


def _summaries(journal: Journal) -> Mapping[str, str]:
    return {row.invariant: row.summary for row in journal.findings}


def _broken(journal: Journal) -> list[str]:
    return [row.invariant for row in journal.findings if row.verdict is Verdict.INVALID]


@pytest.mark.parametrize("name", ["faulty", "stormy", "demo", "late_effects", "processor_crash"])
def test_an_honest_service_is_judged_by_its_log_and_never_accused(name: str) -> None:
    journal = _played(name)
    assert [(row.invariant, row.anomalies) for row in journal.findings if row.anomalies] == []
    assert journal.verdict is Verdict.VALID
    said = _summaries(journal)
    assert [said[each] for each in ("S3", "S4", "S9", "S11")] == ["holds"] * 4
    assert said["S10"] == "not judged: no record ids in the effect log"
    assert "no change log" not in " ".join(said.values())
    assert "Not judged: S10." in conclusion(journal)
    assert "weaker form: no record ids in the effect log, no command log (see V2)" in conclusion(journal)


def test_a_log_without_writers_and_reasons_is_used_for_the_rest() -> None:
    lines = [line for line in _LOG.splitlines() if not line.startswith(("writer", "reason", "before"))]
    journal = _played("faulty", log="\n".join(lines))
    said = _summaries(journal)
    assert journal.verdict is Verdict.VALID
    assert said["S4"] == said["S9"] == "holds"
    assert said["S3"] == "holds (weaker form: no reason in the change log)"
    assert said["S11"] == "not judged: no writer in the change log"
    assert "no writer in the change log: S11 not judged; S12 judged in a weaker form" in said["V2"]


def _revived(rows: list[Row]) -> list[Row]:
    """One share that is being deleted was updated in between."""
    place = next(place for place, row in enumerate(rows) if row["to"] == "deleting" and row["from"] == "active")
    deleting = rows[place]
    return [
        *rows[: place + 1],
        {**deleting, "by": "processor", "from": "deleting", "to": "updating"},
        {**deleting, "by": "processor", "from": "updating", "to": "deleting"},
        *rows[place + 1 :],
    ]


def test_a_move_that_is_no_arrow_is_found_in_the_log_alone() -> None:
    journal = _played("demo", doctor=_revived)
    assert _broken(journal) == ["S4"]
    found = next(row for row in journal.findings if row.invariant == "S4")
    assert [each.message for each in found.anomalies] == [
        "north/share-0001: moved from deleting to updating, which is no arrow",
        "north/share-0001: moved from updating to deleting, which is no arrow",
    ]


def test_what_the_sheet_allows_is_no_anomaly_and_is_repeated_in_the_verdict() -> None:
    moves = 'moves = [["deleting", "updating"], ["updating", "deleting"]]\n'
    journal = _played("demo", log=_LOG + moves, doctor=_revived)
    assert journal.verdict is Verdict.VALID
    assert "moves from deleting to updating, updating to deleting" in _summaries(journal)["S4"]


def test_what_somebody_else_removed_is_found_by_the_writer() -> None:
    def swept(rows: list[Row]) -> list[Row]:
        return [{**row, "by": "api" if row["to"] is None else row["by"]} for row in rows]

    assert _broken(_played("demo", doctor=swept)) == ["S11"]


def _renamed(rows: list[Row]) -> list[Row]:
    return [{**row, "id": f"row-{row['id']}"} for row in rows]


def _ahead(rows: list[Row]) -> list[Row]:
    return [{**row, "at": row["at"] + 3600} for row in rows]


def _behind(rows: list[Row]) -> list[Row]:
    return [{**row, "at": row["at"] - 2} for row in rows]


def _garbled(rows: list[Row]) -> list[Row]:
    return [{**row, "to": "???"} for row in rows]


def _half(rows: list[Row]) -> list[Row]:
    return rows[len(rows) // 2 :]


def _gap(rows: list[Row]) -> list[Row]:
    """Nothing of a share that was active."""
    active = next(row["id"] for row in rows if row["to"] == "active")
    return [row for row in rows if row["id"] != active]


def _silent(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["to"] is not None]


@pytest.mark.parametrize(
    ("doctor", "said"),
    [
        (_garbled, "the state '???' is not in the sheet"),
        (_half, "it does not tell how share"),
        (_renamed, "it tells of none of the shares that were promised: is `id` in [change_log] right?"),
        (_ahead, "its clock is ahead of this machine's: a row lies in the future"),
        (_behind, "its clock is behind this machine's: every share is made before it was asked for"),
        (_gap, "it says nothing of "),
        (_silent, "no row of it removes a share, and some are gone: which word of `after` says so?"),
        (lambda rows: [], "it tells of none of the shares that were promised"),
        (lambda rows: [row for row in rows if row["to"] != "active"], "; the API shows active"),
    ],
)
def test_a_log_that_proves_nothing_accuses_nobody(doctor: Doctor, said: str) -> None:
    journal = _played("demo", doctor=doctor)
    notes = [note for note in journal.notes if note.startswith("the log of the service cannot be used: ")]
    assert len(notes) == 1
    assert said in notes[0]
    assert _broken(journal) == []
    assert journal.verdict is Verdict.VALID
    assert _summaries(journal)["S11"] == "not judged: no change log"
    assert "weaker form: no change log" in _summaries(journal)["S4"]
