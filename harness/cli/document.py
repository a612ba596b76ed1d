"""Generates the documentation page on the command line from the commands."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, get_args, get_type_hints

import typer
from typer.models import ArgumentInfo

from harness.cli.app import app
from harness.cli.exits import Exit

__all__ = ["JSON_KEYS", "command_line_markdown"]

_HEAD = """\
# The command line

`spoolproof COMMAND --help` says the same. Results go to stdout, progress and errors to stderr.

## Completion

`spoolproof --install-completion` teaches the current shell (bash, zsh, fish, PowerShell) to complete commands,
options, worlds and the names of shipped scenarios; `spoolproof --show-completion` prints the script for an installation
by hand.

## Exit codes

| code | meaning |
|---|---|
"""

_EXITS: Mapping[Exit, str] = {
    Exit.VALID: "valid; other commands: yes",
    Exit.INVALID: "invalid: an invariant was violated; other commands: no",
    Exit.UNKNOWN: "unknown: the run does not decide it",
    Exit.GATE_FAILED: "valid, but a gate failed",
    Exit.BAD_INPUT: "bad input: stderr says what is wrong, where, and what is accepted",
    Exit.SERVICE_UNAVAILABLE: "the service under test did not come up, or does not answer as its sheet says, or a load "
    "generator ended",
    Exit.INTERNAL_ERROR: "internal error, or the environment cannot run it",
    Exit.VALID_UNWRITTEN: "as 0, but files could not be written, or stdout was full or closed; stderr says which",
    Exit.INVALID_UNWRITTEN: "as 1, likewise",
    Exit.UNKNOWN_UNWRITTEN: "as 2, likewise",
    Exit.GATE_FAILED_UNWRITTEN: "as 3, likewise",
    Exit.INTERRUPTED: "interrupted; a run under way is reported up to that point",
    Exit.BROKEN_PIPE: "stdout was closed before there was a result",
}

_JUNIT = """\
## JUnit

`junit.xml` has a test suite for the run and a test case for each invariant, each gate, and for the run's being
complete. Suite and class names hold scenario, world, design and seed, so that no two cases of different runs are alike
(GitLab keeps one of two that are); the same stands in the suite's properties, with the command that plays it again. The
timestamp is that of the wall clock, in UTC.

| of an invariant or gate | in the file |
|---|---|
| valid, passed | a case |
| invalid, failed | `failure`, with the first anomalies and their witnesses |
| unknown | `error`: nobody knows whether the promise held |
| not judged | `skipped`, with the reason |
| interrupted run, or nothing judged | `error` of the case `the run is complete` |

"""

JSON_KEYS: Mapping[str, tuple[str, ...]] = {
    "run": ("exit", "runs"),
    "report": ("exit", "runs"),
    "load run": ("exit", "runs", "latencies", "pace", "generators"),
    "load compare": ("exit", "ops"),
    "calibrate": ("cluster", "phases", "capacity", "source", "refused", "shares"),
    "compare": ("scenario", "seed", "world", "paired", "runs", "page"),
    "agree": ("scenario", "seed", "agrees", "agreements"),
    "replay": ("world", "same", "exact", "difference", "verdict", "came_back", "stayed_away"),
    "explore": (
        "scenario",
        "seed",
        "runs",
        "cpu_seconds",
        "unknown",
        "first_unknown",
        "harness_failures",
        "interrupted",
        "exercised",
        "failures",
        "breakdowns",
    ),
    "mutants": ("seed", "mutants"),
    "pipeline reconcile": ("exit", "applied", "differences", "not_judged"),
    "scenarios": ("scenarios",),
    "lint": ("exit", "scenarios"),
    "explain": ("invariants",),
    "faults": ("faults",),
    "toxics": ("toxics",),
    "pipeline holds": ("holds",),
    "pipeline queue": ("queue",),
    "pipeline dead": ("dead",),
    "pipeline webhooks list": ("webhooks",),
    "tape show": ("device", "began", "ignore", "exchanges"),
    "tape replay": ("exit", "tape", "exchanges", "unused", "misses"),
    "contract run": (
        "exit",
        "headline",
        "verdict",
        "target",
        "dialect",
        "capabilities",
        "seed",
        "jobs",
        "strict",
        "filters",
        "began",
        "seconds",
        "interrupted",
        "stopped",
        "product",
        "command",
        "observations",
        "shares",
        "clauses",
        "folder",
    ),
    "fidelity": (
        "exit",
        "headline",
        "verdict",
        "covered",
        "real",
        "fake",
        "dialect",
        "seed",
        "began",
        "seconds",
        "product",
        "command",
        "asked",
        "played",
        "commands",
        "pairs",
        "free",
        "differences",
        "intended",
        "unconfirmed",
        "stale",
        "undecided",
        "situations",
        "shrunk",
        "shares",
        "interrupted",
        "stopped",
        "replayed",
        "folder",
    ),
    "contract sweep": ("exit", "removed", "found", "left", "runs", "under_way", "elsewhere"),
    "contract clauses": ("clauses",),
    "up": (
        "page",
        "token",
        "pid",
        "scenario",
        "service",
        "folder",
        "gateway",
        "parts",
        "inbox",
        "clusters",
        "url",
    ),
    "down": ("ended", "folder"),
    "status": ("running", "folder"),
    "reset": ("reset", "running", "folder"),
    "service check": ("exit", "sheet", "url", "location", "name", "steps", "left"),
    "service lint": ("exit", "sheets"),
    "service list": ("sheets", "adapters"),
    "service example": ("examples",),
}
"""The keys of each command's object; a test holds the commands to it."""

_JSON = """\
## JSON

With `--json` a command prints one object on stdout and nothing else. These keys stay; new ones may join them.

| command | keys |
|---|---|
"""

_RUN = """
Each of `runs` of `run`, `report` and `load` has `scenario`, `title`, `design`, `seed`, `world`, `verdict`, `exit`,
`interrupted`, `ops`, `effects`, `timeouts` (null: not known), `faults` (how often each struck), `findings`
(`invariant`, `title`, `promise`, `verdict` or null where it was not judged, `summary`, `anomalies`: each `message`,
`location`, `name`, `witnesses`), `gates` (`expression`, `metric`, `phase`,
`value` in seconds, per second, events or a fraction, `threshold`, `passed`, `unfinished`, `measured` in words),
`figures` (each under its name in a gate, such as `p95(create.accept)`, where there was something to measure),
`notes`, `command`, the paths `journal`, `report` and `junit`, and `written`, false where these could not be written.

Each of `latencies` of `load` has `phase` and `cluster` (empty for all), `op`, `count`, `failed`, `open`, `fastest`,
`slowest`, and `response` (from when an op was due) and `service` (from when it was sent), each with `p50`, `p75`,
`p95`, `p99` and `p99.9`; `pace` has `median`, `p99` and `worst` of the lateness of the generators; all in seconds. Each
of `generators` has `number`, `asked`, `under_way`, `dropped`, `offered`, `busy` (the largest share of a core over 5 s)
and `latest` (the lateness that is allowed).

Each of `scenarios` of `lint` has `scenario`, `errors` (`line` or null, `key`, `message`: why it is no scenario, which
stderr says too) and `advice` (`severity`, `line` or null, `key`, `message`); a bad file takes nothing from the others.

Each of `steps` of `service check` has `name`, `result` (`ok`, `wrong`, `unclear`, `skipped`), `understood` (in words),
`seconds` and `exchanges` (`method`, `target`, `status` or null for no answer); `left` says why the share may still be
there, null where it is not.

Each of `clauses` of `contract run` has `id`, `sentence`, `level` (`must`, `should`), `theme`, `ambiguous`, `state`
(`passed`, `failed`, `unknown`, `not claimed`, `exempted`, `not run`, `error`), `message`, `seconds`, `steps` (what was
asked and answered) and `exemption` (the reason, or null). `shares` has `before` and `after` (names, or null where there
was no list), `made` (how many names were used), `left` (those of its own shares that may be there still) and `missing`
(shares of others that were there before and are not now).

`refused` of `calibrate` has how often each verb was refused with each code, and `shares` what `contract run` has, or
null where samples were read.

Each of `differences`, `intended` and `unconfirmed` of `fidelity` has `what` (the command), `real` and `fake` (what they
answered), `number` (of the first sequence), `count`, `sequence` (its steps), `reason` and `confirmed`; each of
`situations` has `verb`, `state`, `code` and `seen`; `shrunk` has `steps` (each: `what`, `real`, `fake`, `differs`),
`length`, `minimal`, `plays` and `text` (the file for `--replay`), or is null; `shares` has what `contract run` has, for
`real` and `fake`.

Each of `holds` of `pipeline holds` has `location`, `kind` (`pause`, `drain`), `reason`, `who`, `since` and `until`
(null: until it is lifted); each of `queue` of `pipeline queue` is a row of
`/v1/queue`; each of `dead` of `pipeline dead` is a share as the API shows it, its `dead` the reason;
each of `webhooks` of `pipeline webhooks list` is a receiver as the API shows it, without its secret.

Each of `exchanges` of `tape show` has the keys of [the tape file](tape-file.md), `line` and null for what is left out;
what is no text is shown as far as it is one.

`tape replay` prints its object at Ctrl-C, and how to log in on stderr. Each of `unused` has `line` (of the tape),
`session` and `asked`; each of `misses` has `asked`, `nearest` (the line of the exchange that is most like it, or null),
`field` and `why` (in what the two differ), and `captured` (a device was asked instead).

Each of `sheets` of `service lint` has `sheet`, `errors` and `advice`, as `lint` has them.
"""


def command_line_markdown() -> str:
    """Return the page as Markdown."""
    exits = "".join(f"| {code.value} | {_EXITS[code]} |\n" for code in Exit)
    shapes = "".join(f"| `{name}` | {', '.join(f'`{key}`' for key in keys)} |\n" for name, keys in JSON_KEYS.items())
    return f"{_HEAD}{exits}\n{_JSON}{shapes}{_RUN}\n{_JUNIT}## Commands\n\n{''.join(_commands())}".rstrip() + "\n"


def _commands(group: typer.Typer = app, before: str = "") -> Iterator[str]:
    """Those of a group, then those of the groups in it. before: its own name, as it is typed."""
    for command in group.registered_commands:
        if command.callback is not None:
            yield _section(f"{before}{command.name or command.callback.__name__}", command.callback)
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            yield from _commands(inner.typer_instance, f"{before}{inner.name} ")


def _section(name: str, callback: Callable[..., Any]) -> str:
    hints = get_type_hints(callback, include_extras=True)
    rows = "".join(_row(each, hints[each.name]) for each in inspect.signature(callback).parameters.values())
    table = f"| parameter | meaning | default |\n|---|---|---|\n{rows}\n" if rows else ""
    return f"### `spoolproof {name}`\n\n{inspect.getdoc(callback)}\n\n{table}"


def _row(parameter: inspect.Parameter, hint: Any) -> str:
    kind, info = get_args(hint)
    default = parameter.default
    if isinstance(info, ArgumentInfo):
        spelled = info.metavar or parameter.name.upper()
    else:
        flag = (info.param_decls or (f"--{parameter.name.replace('_', '-')}",))[0]
        spelled = flag if kind is bool else f"{flag} {info.metavar or _choices(kind) or 'VALUE'}"
    shown = "" if default in (None, False, inspect.Parameter.empty) else f"`{getattr(default, 'value', default)}`"
    return f"| `{_cell(spelled)}` | {_cell(info.help or '')} | {shown} |\n"


def _choices(kind: Any) -> str:
    enums = [each for each in (kind, *get_args(kind)) if isinstance(each, type) and issubclass(each, Enum)]
    return "|".join(member.value for each in enums for member in each)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
