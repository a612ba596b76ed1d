"""Asks clauses of targets for whoever connects: a line of JSON for each request and for each answer.

    {"target": ID}                                 -> {"target": {…}}
    {"target": ID, "clause": ID}                   -> {"result": {…}}
    {"finish": true, "report": FOLDER or null}     -> {"finished": [{…}, …]}

The first line of a connection is the token. A clause whose asker goes away is given up. Whatever was made is removed
when it is asked to finish, and when the process is asked to end.
"""

import asyncio
import json
import os
import secrets
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import asyncssh
from pydantic import BaseModel, ConfigDict, PositiveInt

from connector.targets import Target
from harness.cli.contract import exit_of_report, write_reports
from harness.contract.clause_series import ClauseSeries
from harness.contract.clauses import CLAUSES
from harness.contract.ledger import default_folder
from harness.contract.target import ContractTarget
from harness.contract.target_file import read_target
from harness.contract.target_named import NamedTarget, named_in_words
from harness.errors import InputProblems
from harness.lab.errors import error_of
from harness.own_folder import own_folder
from reports.contract.results import ClauseResult, ContractReport
from reports.contract.wording import headline, notes, shares_line

__all__ = ["ContractTask"]

_CLAUSES = {clause.id: clause for clause in CLAUSES}
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ContractTask(BaseModel):
    """targets: each as `spoolproof contract` takes it, with its options. folder: where relative paths start.

    ledger: the folder of ledgers; None: where the command has it. sets: how many ask; they share one address.
    """

    model_config = ConfigDict(extra="forbid")

    targets: tuple[str, ...]
    folder: Path
    ledger: Path | None = None
    strict: bool = False
    sets: PositiveInt = 1

    def do(self, send: Callable[[dict[str, Any]], None]) -> None:
        """Raises what reading the targets raises."""
        os.chdir(self.folder)
        with own_folder() as own:
            named = _by_id(self.targets)
            asyncio.run(self._serve(named, own, send))

    async def _serve(self, named: Mapping[str, NamedTarget], own: Path, send: Callable[[dict[str, Any]], None]) -> None:
        """Where several signals come, each says the same: clean up and end."""
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        for number in _SIGNALS:
            loop.add_signal_handler(number, stop.set)
        kept = self.ledger or default_folder()
        series = {
            id: ClauseSeries(each, ledger=own if each.lives_in_this_process else kept, strict=self.strict)
            for id, each in named.items()
        }
        async with asyncio.TaskGroup() as group:
            serving = [group.create_task(each.serve()) for each in series.values()]
            service = _Service(series, serving, own)
            server = await asyncio.start_server(service.hear, "127.0.0.1", 0)
            host, port = server.sockets[0].getsockname()[:2]
            ready = {
                "address": [host, port, service.token],
                "targets": list(series),
                "clauses": list(_CLAUSES),
            }
            send({"ready": [ready] * self.sets})
            await stop.wait()
            server.close()
            service.cancel()
            for each in series.values():
                each.finish()


class _Service:
    """The connections. hear: one of them."""

    def __init__(self, series: Mapping[str, ClauseSeries], serving: "list[asyncio.Task[None]]", folder: Path) -> None:
        self._series = series
        self._serving = serving
        self.token = secrets.token_hex(16)
        self._folder = folder
        self._asked: set[asyncio.Future[Any]] = set()  # never iterated where order shows
        self._judged: set[str] = set()
        """Targets of which a clause was asked: the others were only lent, and there is nothing to tell of them."""

    def cancel(self) -> None:
        for each in self._asked:
            each.cancel()

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.CancelledError):
            try:
                await self._talk(reader, writer)
            finally:
                writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not secrets.compare_digest((await reader.readline()).strip(), self.token.encode()):
            return
        line = await reader.readline()
        while line:
            answer = asyncio.ensure_future(self._answered(json.loads(line)))
            following = asyncio.ensure_future(reader.readline())
            self._asked |= {answer}
            try:
                await asyncio.wait((answer, following), return_when=asyncio.FIRST_COMPLETED)
                if not answer.done():  # nobody asks twice at once: the asker has gone
                    return
                writer.write(json.dumps(answer.result()).encode() + b"\n")
                await writer.drain()
                line = await following
            finally:
                self._asked -= {answer}
                answer.cancel()
                following.cancel()

    async def _answered(self, request: Mapping[str, Any]) -> dict[str, Any]:
        try:
            if "finish" in request:
                return {"finished": await self._finished(request["report"])}
            series = self._series[request["target"]]
            if "clause" not in request:
                return {"target": await _target_row(await series.target(), self._folder)}
            self._judged.add(request["target"])
            return {"result": _result_row(await series.result(_CLAUSES[request["clause"]]))}
        except Exception as error:  # noqa: BLE001 - whoever asked learns of it
            return {"error": error_of(error)}

    async def _finished(self, folder: str | None) -> list[dict[str, Any]]:
        for each in self._series.values():
            each.finish()
        await asyncio.wait(self._serving)
        found = {id: each.report for id, each in self._series.items() if each.report is not None}
        reports = {id: report for id, report in found.items() if id in self._judged or report.shares.left}
        if folder is not None:
            for id, report in reports.items():
                target = Path(folder) / id
                target.mkdir(parents=True, exist_ok=True)
                write_reports(target, report, exit_of_report(report))
        return [_report_row(id, report) for id, report in reports.items()]


async def _target_row(target: ContractTarget, folder: Path) -> dict[str, Any]:
    at = target.target
    return {
        "title": target.title,
        "dialect": target.dialect.name,
        "host": at.host,
        "port": at.port,
        "user": at.username,
        "password": at.password,
        "client_key": at.client_key,
        "known_hosts": at.known_hosts or await _known_hosts(at, folder),
    }


async def _known_hosts(target: Target, folder: Path) -> str | None:
    """A file of the host key, which only a fingerprint was known of so far; None where the host shows another one."""
    key = await asyncssh.get_server_host_key(target.host, target.port, config=[])
    if key is None or key.get_fingerprint() not in target.pinned:
        return None
    path = folder / f"known_hosts-{target.port}-{secrets.token_hex(4)}"
    path.write_text(f"[{target.host}]:{target.port} {key.export_public_key().decode()}", encoding="utf-8")
    return str(path)


def _result_row(result: ClauseResult) -> dict[str, Any]:
    return {**asdict(result), "steps": list(result.steps)}


def _report_row(id: str, report: ContractReport) -> dict[str, Any]:
    return {
        "id": id,
        "target": report.target,
        "headline": headline(report),
        "verdict": report.verdict.value,
        "shares": shares_line(report),
        "notes": list(notes(report)),
        "left": list(report.shares.left),
        "missing": list(report.shares.missing),
    }


def _by_id(lines: tuple[str, ...]) -> dict[str, NamedTarget]:
    """Raises `InputProblems`, and what reading target files raises."""
    found: dict[str, NamedTarget] = {}
    for line in lines:
        named = _named(line)
        id = _id(named)
        if id in found:
            raise InputProblems(f"spoolproof_targets: {line!r}: two targets would be called {id!r}")
        if named.name.endswith(".toml"):
            read_target(Path(named.name))  # what is wrong with it is said before anything runs
        found[id] = named
    return found


def _named(line: str) -> NamedTarget:
    try:
        return named_in_words(line)
    except InputProblems as error:
        raise InputProblems(f"spoolproof_targets: {error}") from error


def _id(named: NamedTarget) -> str:
    """Short, and without what pytest and shells read as more than a text."""
    name = named.name.removeprefix("ssh://")
    name = Path(name).stem if name.endswith((".toml", ".json")) else name
    words = [name, *(value for value in (named.cluster, named.dialect, named.profile, named.defect) if value)]
    return "-".join(Path(word).stem if word.endswith(".toml") else word for word in words)
