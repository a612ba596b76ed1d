"""`spoolproof fidelity REAL FAKE`: whether a fake answers as the connector does that it stands for."""

import asyncio
import shlex
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from json import dumps
from pathlib import Path

from connector.atomic_file import write_atomic
from harness.cli.counted_progress import show_count
from harness.cli.exits import Exit, with_unwritten
from harness.cli.interrupt import until_interrupted
from harness.cli.results_folder import lock_folder, show_and_write
from harness.cli.stdout import print_json, results_console
from harness.cli.target_runs import STOPPING, exit_of_targets, given_words, ledger_folder, results_of_target
from harness.contract.target_named import FAKE, NamedTarget, check_named, open_target
from harness.errors import InputProblems, OutputError
from harness.fidelity.declared import read_differences
from harness.fidelity.run import FidelityOptions, replay_sequence, run_fidelity
from harness.fidelity.sequence_file import read_sequence
from harness.fidelity.steps import SequenceStep
from reports.fidelity.document import fidelity_document
from reports.fidelity.page import write_fidelity_page
from reports.fidelity.results import FidelityReport
from reports.fidelity.terminal import print_fidelity
from reports.sentences import count_of

__all__ = ["FidelityCommand", "compare_fidelity", "exit_of_fidelity"]

_MARK = "fidelity.json"
_SEQUENCE = "difference.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityCommand:
    """The command line. Options of a target are those of whichever of the two they are for.

    real_cluster, cluster: of a file with several, on either side.
    """

    real: str
    fake: str
    dialect: str | None = None
    profile: str | None = None
    defect: str | None = None
    key: Path | None = None
    known_hosts: Path | None = None
    host_key: str | None = None
    real_cluster: str | None = None
    cluster: str | None = None
    differences: Path | None = None
    replay: Path | None = None
    sequences: int = 200
    seed: int = 1
    jobs: int = 4
    fail_fast: bool = False
    ledger: Path | None = None
    out: Path | None = None
    force: bool = False
    json: bool = False

    def targets(self) -> tuple[NamedTarget, NamedTarget]:
        """Raises `InputProblems` for options that are for neither, and what reading a file raises."""
        names = (self.real, self.fake)
        of_address = any(NamedTarget(name=name).is_address for name in names)
        for option, value in (("--key", self.key), ("--known-hosts", self.known_hosts), ("--host-key", self.host_key)):
            if value is not None and not of_address:
                raise InputProblems(f"spoolproof: {option} is only for an ssh:// address")
        for option, value in (("--profile", self.profile), ("--defect", self.defect)):
            if value is not None and self.fake != FAKE:
                raise InputProblems(f"spoolproof: {option} is only for FAKE where that is the word `fake`")
        return self._target(self.real, self.real_cluster), self._target(self.fake, self.cluster, is_fake=True)

    def _target(self, name: str, cluster: str | None, *, is_fake: bool = False) -> NamedTarget:
        named = NamedTarget(name=name, cluster=cluster)
        address = named.is_address
        ours = is_fake and name == FAKE
        return NamedTarget(
            name=name,
            cluster=cluster,
            dialect=None if name.endswith(".toml") else self.dialect,
            profile=self.profile if ours else None,
            defect=self.defect if ours else None,
            key=self.key if address else None,
            known_hosts=self.known_hosts if address else None,
            host_key=self.host_key if address else None,
        )


def compare_fidelity(command: FidelityCommand) -> Exit:
    """Raises `InputProblems`, `ServiceUnavailable`, `OutputError`, and what reading files raises."""
    real, fake = command.targets()
    for named in (real, fake):
        check_named(named)
    declared = () if command.differences is None else read_differences(command.differences)
    steps = None if command.replay is None else read_sequence(command.replay)
    with ExitStack() as stack:
        ledgers = [stack.enter_context(ledger_folder(command.ledger, named)) for named in (real, fake)]
        folder = results_of_target(
            "fidelity", command.real, command.seed, out=command.out, force=command.force, mark=_MARK
        )
        stack.enter_context(lock_folder(folder))
        options = FidelityOptions(
            sequences=command.sequences,
            seed=command.seed,
            jobs=command.jobs,
            declared=declared,
            ledgers=(ledgers[0], ledgers[1]),
            fail_fast=command.fail_fast,
            command=_words(command),
        )
        total = command.sequences if steps is None else 1
        tell = stack.enter_context(show_count(total, "sequences", quiet=command.json))
        try:
            report = until_interrupted(
                lambda stop: _run((real, fake), options, steps, tell, stop), on_first_signal=STOPPING
            )
        except BaseException:
            if command.out is None:
                folder.rmdir()  # nothing was written
            raise
        stack.pop_all().close()  # progress ends before results are printed
    code = exit_of_fidelity(report)
    written = show_and_write(lambda: _show(report, code, folder, command), lambda: _write(folder, report, code))
    return code if written else with_unwritten(code)


def exit_of_fidelity(report: FidelityReport) -> Exit:
    """See `exit_of_targets`."""
    return exit_of_targets(report.verdict, stopped=report.stopped, interrupted=report.interrupted)


async def _run(
    named: tuple[NamedTarget, NamedTarget],
    options: FidelityOptions,
    steps: tuple[SequenceStep, ...] | None,
    tell: Callable[[str], None],
    stop: asyncio.Event,
) -> FidelityReport:
    def on_sequence(differences: int) -> None:
        tell(count_of(differences, "difference") if differences else "")

    async with open_target(named[0]) as one, open_target(named[1]) as other:
        if steps is not None:
            return await replay_sequence(one, other, steps, options)
        return await run_fidelity(one, other, options, on_sequence=on_sequence, stop=stop)


def _show(report: FidelityReport, code: Exit, folder: Path, command: FidelityCommand) -> None:
    if command.json:
        print_json({"exit": int(code), **fidelity_document(report), "folder": str(folder)})
        return
    console = results_console()
    print_fidelity(report, console)
    if report.shrunk is not None and not report.replayed:
        words = f"play it again: {_words(command, replay=folder / _SEQUENCE)}"
        console.print(words, markup=False, highlight=False, soft_wrap=True)
    console.print(f"report: {folder / 'report.html'}", markup=False, highlight=False, soft_wrap=True)


def _write(folder: Path, report: FidelityReport, code: Exit) -> None:
    document = {"exit": int(code), **fidelity_document(report)}
    try:
        write_atomic(folder / _MARK, dumps(document, indent=1, ensure_ascii=False) + "\n")
        write_fidelity_page(folder / "report.html", report)
        if report.shrunk is not None:
            write_atomic(folder / _SEQUENCE, report.shrunk.text)
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error


def _words(command: FidelityCommand, *, replay: Path | None = None) -> str:
    """What plays the same again."""
    words = ["spoolproof", "fidelity", command.real, command.fake]
    values = {
        "--dialect": command.dialect,
        "--profile": command.profile,
        "--defect": command.defect,
        "--key": command.key,
        "--known-hosts": command.known_hosts,
        "--host-key": command.host_key,
        "--real-cluster": command.real_cluster,
        "--cluster": command.cluster,
        "--differences": command.differences,
        "--replay": replay or command.replay,
    }
    words += given_words(values)
    if values["--replay"] is None:
        words += ["--sequences", str(command.sequences), "--seed", str(command.seed), "--jobs", str(command.jobs)]
        words += ["--fail-fast"] if command.fail_fast else []
    return shlex.join(words)
