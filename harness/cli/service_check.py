"""`spoolproof service check`: walks one share of a service through its life."""

import asyncio
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from connector.errors import TomlProblems
from connector.units import parse_duration, parse_size
from harness.cli.exits import Exit
from harness.cli.interrupt import until_interrupted
from harness.cli.stdout import print_json
from harness.errors import InputProblems
from harness.live.standing import open_standing_service
from harness.scenario.service_parse import service_file
from harness.service.sheet.loading import OpenSheet, open_sheet
from harness.service.sheet.steps import StepResult, WalkPlan, WalkStep
from harness.service.sheet.walk import Walk
from reports.plain import plain

__all__ = ["CheckOptions", "check_service"]

_CONNECT = 10.0
"""Seconds for a connection."""
_STOPPING = "spoolproof: stopping: deleting the share (Ctrl-C again: exit at once)"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """The command line."""

    sheet: str
    url: str | None
    service: Path | None
    location: str
    name: str | None
    size: str
    within: str
    json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walked:
    """left: why the share may still be there, None where it is not."""

    steps: tuple[WalkStep, ...]
    url: str
    left: str | None
    stopped: bool


def check_service(options: CheckOptions) -> Exit:
    """Walk, and print each step. Raises `NoSheet`, `WorldError`, `TomlProblems` and `InputProblems`."""
    open_service, plan = _service(options), _plan(options)
    sheet = open_sheet(options.sheet, beside=Path())
    on_step = _print_step if not options.json else _say_nothing

    async def walk(stop: asyncio.Event) -> _Walked:
        async with open_service() as url:
            if not options.json:
                sys.stdout.write(plain(f"{sheet.name} at {_shown(url)}, share {plan.name!r} in {plan.location!r}\n"))
            return await _walk(sheet, url, plan, on_step, stop)

    walked = until_interrupted(walk, on_first_signal=_STOPPING)
    exit = _exit(walked)
    if options.json:
        print_json(_document(sheet, plan, walked, exit))
    else:
        sys.stdout.write(_summary(walked.steps) + "\n")
    if walked.left is not None:
        what = f"the share {plan.name!r} in {plan.location!r} may still be there: {walked.left}"
        sys.stderr.write(plain(f"spoolproof: {what}\n"))
    return exit


def _plan(options: CheckOptions) -> WalkPlan:
    try:
        within, size = parse_duration(options.within), parse_size(options.size)
    except ValueError as error:
        raise InputProblems(f"spoolproof: {error}") from error
    name = f"check-{token_hex(4)}" if options.name is None else options.name
    return WalkPlan(location=options.location, name=name, size=size, within=within)


def _service(options: CheckOptions) -> Callable[[], AbstractAsyncContextManager[str]]:
    """What gives the URL of the service while it lasts."""
    if (options.url is None) == (options.service is None):
        raise InputProblems("spoolproof: either --url or --service is needed: where the service runs, or how it starts")
    if options.service is None:
        url = _url(str(options.url))
        return lambda: nullcontext(url)
    given = service_file(options.service)
    clusters = sorted({options.location, *given.clusters()})
    if problems := tuple(given.problems(clusters)):
        raise TomlProblems(problems)
    spec = given.spec()
    if spec is None or not spec.parts:
        raise InputProblems(f"spoolproof: {options.service}: starts no part; use --url for what runs already")
    return lambda: open_standing_service(spec, clusters)


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.query and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise InputProblems(
            f"spoolproof: --url: {text!r} is not a URL such as http://127.0.0.1:8080 or https://host/v2"
        )
    return text.rstrip("/")


def _shown(url: str) -> str:
    """The URL without a password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


async def _walk(
    sheet: OpenSheet, url: str, plan: WalkPlan, on_step: Callable[[WalkStep], None], stop: asyncio.Event
) -> _Walked:
    steps: list[WalkStep] = []

    def told(step: WalkStep) -> None:
        steps.append(step)
        on_step(step)

    async with sheet.open_http(url, connect=_CONNECT) as http:
        walk = Walk(sheet.api, http, plan, told, keys=sheet.allowances.keys)
        try:
            await _unless_stopped(walk, stop)
        finally:
            left = await walk.clean_up()
    return _Walked(url=url, steps=tuple(steps), left=left, stopped=stop.is_set())


async def _unless_stopped(walk: Walk, stop: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as group:
        walking = group.create_task(walk.run())
        stopping = group.create_task(stop.wait())
        await asyncio.wait((walking, stopping), return_when=asyncio.FIRST_COMPLETED)
        walking.cancel()
        stopping.cancel()


def _exit(walked: _Walked) -> Exit:
    results = {step.result for step in walked.steps}
    if walked.stopped:
        return Exit.INTERRUPTED
    if StepResult.WRONG in results:
        return Exit.INVALID
    return Exit.UNKNOWN if StepResult.UNCLEAR in results or walked.left is not None else Exit.VALID


def _say_nothing(step: WalkStep) -> None:
    pass


def _print_step(step: WalkStep) -> None:
    sys.stdout.write(plain(f"{step.result:8}{step.name:24}{step.understood}\n"))
    for line in _lines(step):
        sys.stdout.write(plain(f"{'':32}{line}\n"))
    sys.stdout.flush()


def _lines(step: WalkStep) -> Iterable[str]:
    """The requests; those that are repeated once, with their number."""
    counted: dict[str, int] = {}
    for each in step.exchanges:
        line = f"{each.method} {each.target} -> {each.status or 'no answer'}"
        counted[line] = counted.get(line, 0) + 1
    return [line if number == 1 else f"{line} ({number} times)" for line, number in counted.items()]


def _summary(steps: Iterable[WalkStep]) -> str:
    counted = {result: sum(step.result is result for step in steps) for result in StepResult}
    return ", ".join(f"{result} {number}" for result, number in counted.items() if number)


def _document(sheet: OpenSheet, plan: WalkPlan, walked: _Walked, exit: Exit) -> dict[str, Any]:
    return {
        "exit": int(exit),
        "sheet": sheet.name,
        "url": _shown(walked.url),
        "location": plan.location,
        "name": plan.name,
        "steps": [asdict(step) | {"seconds": round(step.seconds, 3)} for step in walked.steps],
        "left": walked.left,
    }
