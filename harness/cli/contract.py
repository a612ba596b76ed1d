"""`spoolproof contract TARGET`: holds a connector to the contract, and reports clause by clause."""

import asyncio
import shlex
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from fnmatch import fnmatchcase
from json import dumps
from pathlib import Path

from connector.atomic_file import write_atomic
from connector.toml_words import did_you_mean
from harness.cli.contract_progress import show_clauses
from harness.cli.exits import Exit, with_unwritten, worst_exit
from harness.cli.interrupt import until_interrupted
from harness.cli.results_folder import lock_folder, show_and_write
from harness.cli.stdout import print_json, results_console
from harness.cli.target_runs import STOPPING, exit_of_targets, given_words, ledger_folder, results_of_target
from harness.contract.clause import Clause
from harness.contract.clauses import CLAUSES
from harness.contract.suite import SuiteOptions, run_suite
from harness.contract.target_named import NamedTarget, open_target
from harness.errors import InputProblems, OutputError
from reports.contract.document import contract_document
from reports.contract.junit import write_contract_junit
from reports.contract.markdown import contract_markdown
from reports.contract.page import write_contract_page
from reports.contract.results import ClauseResult, ClauseState, ContractReport
from reports.contract.terminal import print_contract

__all__ = ["ContractOptions", "exit_of_report", "hold_to_contract", "write_reports"]

_MARK = "contract.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractOptions:
    """The command line. clauses: patterns; none: all."""

    target: NamedTarget
    clauses: tuple[str, ...] = ()
    seed: int = 1
    jobs: int = 4
    strict: bool = False
    ledger: Path | None = None
    out: Path | None = None
    force: bool = False
    all: bool = False
    json: bool = False


def hold_to_contract(options: ContractOptions) -> Exit:
    """Raises `InputProblems`, `ServiceUnavailable`, `OutputError`, and what reading files raises."""
    chosen = _chosen(options.clauses)
    with ExitStack() as stack:
        folder = stack.enter_context(ledger_folder(options.ledger, options.target))
        results = results_of_target(
            "contract", options.target.name, options.seed, out=options.out, force=options.force, mark=_MARK
        )
        stack.enter_context(lock_folder(results))
        on_result = stack.enter_context(show_clauses(len(chosen), quiet=options.json))
        suite = SuiteOptions(
            clauses=chosen,
            all=CLAUSES,
            filters=options.clauses,
            seed=options.seed,
            jobs=options.jobs,
            strict=options.strict,
            ledger=folder,
            command=_command(options),
        )
        report = until_interrupted(lambda stop: _run(options.target, suite, on_result, stop), on_first_signal=STOPPING)
        stack.pop_all().close()  # progress ends before results are printed
    code = exit_of_report(report)
    written = show_and_write(
        lambda: _show(report, code, results, options), lambda: write_reports(results, report, code)
    )
    return code if written else with_unwritten(code)


def exit_of_report(report: ContractReport) -> Exit:
    """See `exit_of_targets`; an error of the suite itself counts too."""
    exit = exit_of_targets(report.verdict, stopped=report.stopped, interrupted=report.interrupted)
    return worst_exit([exit, *([Exit.INTERNAL_ERROR] if report.in_state(ClauseState.ERROR) else [])])


async def _run(
    named: NamedTarget, suite: SuiteOptions, on_result: Callable[[ClauseResult], None], stop: asyncio.Event
) -> ContractReport:
    async with open_target(named) as target:
        return await run_suite(target, suite, on_result=on_result, stop=stop)


def _chosen(patterns: tuple[str, ...]) -> tuple[Clause, ...]:
    """A pattern that matches nothing is a mistake, and never a run in which nothing fails."""
    ids = [clause.id for clause in CLAUSES]
    for pattern in patterns:
        if not any(fnmatchcase(id, pattern) for id in ids):
            hint = did_you_mean(pattern, ids) or "; `spoolproof contract clauses` lists them"
            raise InputProblems(f"spoolproof: --clause: {pattern!r} matches no clause{hint}")
    wanted = patterns or ("*",)
    return tuple(clause for clause in CLAUSES if any(fnmatchcase(clause.id, pattern) for pattern in wanted))


def _show(report: ContractReport, code: Exit, folder: Path, options: ContractOptions) -> None:
    if options.json:
        print_json({"exit": int(code), **contract_document(report), "folder": str(folder)})
        return
    console = results_console()
    print_contract(report, console, every=options.all)
    console.print(f"report: {folder / 'report.html'}", markup=False, highlight=False, soft_wrap=True)


def write_reports(folder: Path, report: ContractReport, code: Exit) -> None:
    """As JSON, HTML, JUnit and Markdown. Raises `OutputError`."""
    document = {"exit": int(code), **contract_document(report)}
    try:
        write_atomic(folder / _MARK, dumps(document, indent=1, ensure_ascii=False) + "\n")
        write_contract_page(folder / "report.html", report)
        write_contract_junit(folder / "junit.xml", report)
        write_atomic(folder / "summary.md", contract_markdown(report))
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error


def _command(options: ContractOptions) -> str:
    """What plays the same again."""
    named = options.target
    words: list[str] = ["spoolproof", "contract", named.name]
    values = {
        "--dialect": named.dialect,
        "--profile": named.profile,
        "--key": named.key,
        "--known-hosts": named.known_hosts,
        "--host-key": named.host_key,
        "--cluster": named.cluster,
        "--defect": named.defect,
    }
    words += given_words(values)
    for pattern in options.clauses:
        words += ["--clause", pattern]
    words += ["--seed", str(options.seed), "--jobs", str(options.jobs), *(["--strict"] if options.strict else [])]
    return shlex.join(words)
