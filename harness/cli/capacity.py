"""`spoolproof capacity`: searches for the highest rate that a service bears, and shows it as an interval."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from harness.capacity.remarks import remarks_of
from harness.capacity.trial_scenario import TrialPlan
from harness.cli.capacity_exit import exit_of
from harness.cli.capacity_options import CapacityOptions, CapacityPlan, read_options
from harness.cli.exits import Exit, with_unwritten
from harness.cli.interrupt import until_interrupted
from harness.cli.progress import show_progress
from harness.cli.results_folder import (
    LOGS,
    lock_folder,
    new_results_folder,
    show_and_write,
    try_show,
    use_results_folder,
)
from harness.cli.stdout import print_json
from harness.errors import OutputError, WorldError
from harness.run.progress import Progress, Step
from harness.versions import product
from reports.capacity import CapacityCase, CapacityReport, LoadTrial, TrialOutcome, write_capacity
from reports.capacity_words import report_lines, trial_words
from reports.html.capacity import write_capacity_page
from reports.plain import plain

__all__ = ["CapacityOptions", "search_capacity"]

_FILE = "capacity.json"
_PAGE = "capacity.html"
_STOPPING = "spoolproof: stopping: no more trials; the result is what is known so far (Ctrl-C again: exit at once)"
_REPORT = TypeAdapter(CapacityReport)


def search_capacity(options: CapacityOptions) -> Exit:
    """Search, show and write. Raises what `read_options` raises, `OutputError`, and `WorldError`."""
    plan = read_options(options)
    if options.rate is not None:
        return _one_trial(plan, options.rate, as_json=options.json)
    if options.out is None:
        folder = new_results_folder(f"{plan.scenario.name}-capacity", plan.search.seed)
    else:
        folder = use_results_folder(options.out, force=options.force, mark=_FILE)
    with lock_folder(folder):
        try:
            report = _search(plan, folder)
            code, reasons = exit_of(report, cases=len(plan.cases), at_least=options.at_least, earlier=plan.earlier)
            written = _show(report, reasons, code, folder, earlier=plan.earlier, as_json=options.json)
        finally:
            with suppress(OSError):
                folder.rmdir()  # empty if nothing was found
    return code if written else with_unwritten(code)


def _search(plan: CapacityPlan, folder: Path) -> CapacityReport:
    from harness.capacity.cases import find_cases

    cases: list[CapacityCase] = []
    broken: list[str] = []

    async def work(stop: asyncio.Event) -> bool:
        found = find_cases(
            plan.cases,
            plan.search,
            overload=plan.overload,
            budget=plan.budget,
            listener=_TrialLines(plan.scenario.name),
            stop=stop,
            logs=None if plan.scenario.service is None else folder / LOGS,
        )
        try:
            async for case in found:
                cases.append(case)  # noqa: PERF401 - what was found stays when a later case breaks
        except WorldError as error:
            if not cases:
                raise
            broken.append(f"the search ended early: {error}")
        return stop.is_set()

    interrupted = until_interrupted(work, on_first_signal=_STOPPING)
    scenario = plan.scenario
    return CapacityReport(
        product=product(),
        scenario=scenario.name,
        title=scenario.title,
        scenario_text=scenario.text,
        world=plan.search.world,
        seed=plan.search.seed,
        within=plan.search.within,
        command=plan.command,
        trial_command=plan.trial_command,
        cases=tuple(cases),
        remarks=(*broken, *remarks_of(scenario, plan.search, cases)),
        interrupted=interrupted,
    )


def _one_trial(plan: CapacityPlan, rate: float, *, as_json: bool) -> Exit:
    """Play the first case once at this rate, and show what came of it."""
    from harness.capacity.play_trial import play_trial

    overload, search, scenario = plan.overload, plan.search, plan.cases[0].scenario
    trial_plan = TrialPlan(
        rate=rate,
        seconds=search.seconds,
        warm_up=search.warm_up,
        seed=search.seed,
        overload=None if overload is None or overload.rate is None else overload.at(overload.rate),
    )

    async def work(stop: asyncio.Event) -> LoadTrial | None:
        with show_progress(scenario.name) as progress:
            return await play_trial(scenario, trial_plan, world=search.world, progress=progress, stop=stop)

    trial = until_interrupted(work, on_first_signal=_STOPPING)
    if trial is None:
        return Exit.INTERRUPTED
    codes = {TrialOutcome.HELD: Exit.VALID, TrialOutcome.UNKNOWN: Exit.UNKNOWN, TrialOutcome.FAILED: Exit.GATE_FAILED}
    code = codes[trial.outcome]

    def show() -> None:
        if as_json:
            print_json({"exit": int(code), "trial": json.loads(TypeAdapter(LoadTrial).dump_json(trial))})
        else:
            sys.stdout.write(plain(f"{trial_words(trial)}\n"))
            sys.stdout.writelines(plain(f"  {row.criterion}: {row.outcome}, {row.text}\n") for row in trial.figures)

    return code if try_show(show) else with_unwritten(code)


def _show(
    report: CapacityReport,
    reasons: list[str],
    code: Exit,
    folder: Path,
    *,
    earlier: CapacityReport | None,
    as_json: bool,
) -> bool:
    paths = {"result": str(folder / _FILE), "page": str(folder / _PAGE)}

    def show() -> None:
        if as_json:
            print_json({"exit": int(code), "reasons": reasons, **paths, **_object(report)})
        else:
            sys.stdout.writelines(plain(f"{line}\n") for line in report_lines(report))
            sys.stdout.writelines(plain(f"{words}\n") for words in reasons)

    def write() -> None:
        try:
            write_capacity(folder / _FILE, report)
            write_capacity_page(folder / _PAGE, report, earlier)
        except OSError as error:
            raise OutputError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error

    written = show_and_write(show, write)
    if written and not as_json:
        return try_show(lambda: sys.stdout.write(f"page: {folder / _PAGE}\n"))
    return written


def _object(report: CapacityReport) -> dict[str, Any]:
    """The report as in its file, and what a script would else compute."""
    found: dict[str, Any] = json.loads(_REPORT.dump_json(report, exclude={"scenario_text"}))
    for row, case in zip(found["cases"], report.cases, strict=True):
        row["width"], row["gap"] = case.whole.width, case.gap
    return found


class _TrialLines:
    """A `TrialListener`: a bar on a terminal while a trial is played, and a line on stderr when it has ended."""

    def __init__(self, scenario: str) -> None:
        self._scenario = scenario

    @contextmanager
    def watch(self, plan: TrialPlan, *, expecting: bool) -> Iterator[Progress]:
        if not sys.stderr.isatty():
            yield _unseen
            return
        with show_progress(f"{self._name(expecting)} at {plan.rate:.3g}/s") as progress:
            yield progress

    def ended(self, trial: LoadTrial, *, expecting: bool) -> None:
        sys.stderr.write(plain(f"{self._name(expecting)}: {trial_words(trial)}\n"))
        sys.stderr.flush()

    def _name(self, expecting: bool) -> str:
        return f"{self._scenario}, model" if expecting else self._scenario


def _unseen(step: Step) -> None:
    """A trial has a line of its own when it has ended."""
