"""`spoolproof contract sweep`: lists or removes what killed runs have left."""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from harness.cli.exits import Exit
from harness.cli.interrupt import until_interrupted
from harness.cli.stdout import print_json
from harness.contract.ledger import default_folder
from harness.contract.sweep import SweepResult, sweep
from harness.contract.target_named import NamedTarget, open_target
from reports.plain import plain
from reports.sentences import count_of

__all__ = ["SweepOptions", "sweep_target"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepOptions:
    """The command line."""

    target: NamedTarget
    ledger: Path | None
    remove: bool
    json: bool


def sweep_target(options: SweepOptions) -> Exit:
    """Raises `ServiceUnavailable`, `InputProblems`, and what reading files raises."""
    folder = options.ledger or default_folder()
    result = until_interrupted(lambda stop: _sweep(options, folder))
    code = _exit(result, remove=options.remove)
    if options.json:
        print_json({"exit": int(code), "removed": options.remove, **asdict(result)})
    else:
        sys.stdout.write(plain(_text(result, folder, remove=options.remove)))
    return code


async def _sweep(options: SweepOptions, folder: Path) -> SweepResult:
    async with open_target(options.target) as target:
        return await sweep(target, folder, remove=options.remove)


def _exit(result: SweepResult, *, remove: bool) -> Exit:
    if not result.left:
        return Exit.VALID
    return Exit.UNKNOWN if remove else Exit.INVALID


def _text(result: SweepResult, folder: Path, *, remove: bool) -> str:
    others = f"{count_of(result.under_way, 'run')} under way, {count_of(result.elsewhere, 'ledger')} of other targets"
    lines = [f"{folder}: {count_of(result.runs, 'run')} over, {others}"]
    if remove:
        left = set(result.left)
        lines += [f"{'still there' if name in left else 'removed'}: {name!r}" for name in result.found]
        lines.append(f"{count_of(len(result.found) - len(left), 'share')} removed, {len(left)} left")
    else:
        lines += [f"left behind: {name!r}" for name in result.found]
        cure = "; --remove removes them" if result.found else ""
        lines.append(f"{count_of(len(result.found), 'share')} left behind{cure}")
    return "\n".join(lines) + "\n"
