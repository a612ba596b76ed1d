"""`spoolproof up`, `down`, `status` and `reset`: the sandbox of a folder."""

import asyncio
import sys
import webbrowser
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connector.toml_words import did_you_mean
from connector.values import replace
from harness.cli.designs import read_design
from harness.cli.exits import Exit
from harness.cli.inputs import read_all
from harness.cli.interrupt import until_interrupted
from harness.cli.stdout import print_json
from harness.errors import NoMutant, OutputError
from harness.live.part_command import PartCommand
from harness.live.spawned import StartProcess
from harness.patience import stopped_within
from harness.sandbox.folder import SandboxFolder, kept_by_this_process
from harness.sandbox.serving import serve_sandbox
from harness.sandbox.up_file import UpFile, read_up_file
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Scenario
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_kind import StoreKind
from harness.world_name import WorldName
from harness.worlds import check_world
from reports.plain import plain

if TYPE_CHECKING:
    import httpx

__all__ = ["UpOptions", "end_sandbox", "reset_sandbox", "run_sandbox", "show_sandbox"]

_STOPPING = "spoolproof: stopping; the state is kept (Ctrl-C again: exit at once)"
_ENDS_WITHIN = 30.0
_LOOK = 0.05
_ANSWERS_WITHIN = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UpOptions:
    """The options of `up`. scenario None: the one that comes with it."""

    scenario: str | None
    store: StoreKind | None
    spool: SpoolKind | None
    service: Path | None
    pipeline: str | None
    port: int
    folder: Path
    mutant: str | None
    browser: bool
    json: bool


def run_sandbox(options: UpOptions, start: StartProcess) -> Exit:
    """Serve until a signal or `down`. start: what starts the parts of the reference pipeline.

    Raises what reading the scenario, `kept_by_this_process` and `serve_sandbox` raise.
    """
    scenario = _scenario(options)
    commands = _commands(options.mutant)
    check_world(scenario, WorldName.LIVE)
    folder = SandboxFolder(root=options.folder)
    opened = False

    def ready(up: UpFile) -> None:
        nonlocal opened
        _announce(up, json=options.json)
        if options.browser and not opened:
            opened = True
            webbrowser.open(up.url)

    async def work(stop: asyncio.Event) -> None:
        await serve_sandbox(scenario, folder, stop=stop, port=options.port, commands=commands, start=start, ready=ready)

    with kept_by_this_process(folder):
        until_interrupted(work, on_first_signal=_STOPPING)
    return Exit.VALID


def end_sandbox(folder: Path, *, json: bool) -> Exit:
    """Ask the sandbox to end, and wait until it has. Raises `OutputError` where it does not."""
    place = SandboxFolder(root=folder)
    up = _running(place)
    if up is not None:
        _ask(up, "POST", "/down")
        asyncio.run(_ended(place))
    _say(
        {"ended": up is not None, "folder": str(folder)},
        "the sandbox has ended" if up else "no sandbox runs there",
        json=json,
    )
    return Exit.VALID


def show_sandbox(folder: Path, *, json: bool) -> Exit:
    """Show what runs. Raises `OutputError` where the sandbox does not answer."""
    up = _running(SandboxFolder(root=folder))
    if up is None:
        _say({"running": False, "folder": str(folder)}, f"no sandbox runs in {folder}", json=json)
        return Exit.INVALID
    found = _ask(up, "GET", "/status").json()
    if json:
        print_json({"running": True, "folder": up.folder, "up": _row(up), "now": found})
        return Exit.VALID
    _announce(up, json=False)
    shares = ", ".join(f"{count} {state}" for state, count in found["shares"].items()) or "none"
    sys.stdout.write(f"shares: {shares}\n")
    for name, does in found["parts"].items():
        sys.stdout.write(f"{name}: {does}\n")
    return Exit.VALID


def reset_sandbox(folder: Path, *, json: bool) -> Exit:
    """Remove the state. Raises `OutputError` where that cannot be done."""
    place = SandboxFolder(root=folder)
    up = _running(place)
    if up is not None:
        _ask(up, "POST", "/reset")
        _say({"reset": True, "running": True, "folder": str(folder)}, "the sandbox begins anew", json=json)
        return Exit.VALID
    gone = place.forget()
    text = "the state is removed" if gone else f"there is no state in {folder}"
    _say({"reset": gone, "running": False, "folder": str(folder)}, text, json=json)
    return Exit.VALID


def _scenario(options: UpOptions) -> Scenario:
    if options.scenario is None:
        text = resources.files("harness.sandbox").joinpath("default.toml").read_text(encoding="utf-8")
        service = "" if options.service is None else options.service.read_text(encoding="utf-8")
        beside = Path() if options.service is None else options.service.parent
        scenario = parse_scenario(text, "sandbox.toml", service_text=service, beside=beside)
    else:
        (scenario,) = read_all([options.scenario], options.service)
    if options.pipeline is not None:
        from harness.service.reference import with_design  # brings the pipeline along

        scenario = with_design(scenario, read_design(options.pipeline))
    scenario = scenario if options.spool is None else replace(scenario, spool=options.spool)
    return scenario if options.store is None else replace(scenario, store=options.store)


def _commands(mutant: str | None) -> Mapping[str, PartCommand]:
    if mutant is None:
        return {}
    from harness.mutants.table import MUTANTS  # brings the pipeline along

    if mutant not in MUTANTS:
        raise NoMutant(
            f"no seeded bug {mutant!r}{did_you_mean(mutant, list(MUTANTS))}; there are: {', '.join(MUTANTS)}"
        )
    return MUTANTS[mutant].commands


def _announce(up: UpFile, *, json: bool) -> None:
    if json:
        print_json(_row(up))
        sys.stdout.flush()
        return
    lines = [f"page: {up.url}", f"portal: {up.gateway}"]
    lines += [f"{name}: {url}" for name, url in up.parts.items() if url is not None]
    lines += [f"inbox of {what}: {address}" for what, address in up.inbox.items()]
    lines += [f"{one.name}: ssh -p {one.port} {one.user}@{one.host}" for one in up.clusters]
    lines += [f"all of it: {SandboxFolder(root=Path(up.folder)).up}", "Press Ctrl-C to stop."]
    sys.stdout.write(plain("\n".join(lines) + "\n"))
    sys.stdout.flush()


def _row(up: UpFile) -> dict[str, Any]:
    return {**asdict(up), "url": up.url}


def _running(place: SandboxFolder) -> UpFile | None:
    """What runs there; None where nothing does."""
    return read_up_file(place.up) if place.is_in_use() else None


def _ask(up: UpFile, method: str, path: str) -> "httpx.Response":
    import httpx

    try:
        answer = httpx.request(
            method,
            up.page + path,
            headers={"Authorization": f"Bearer {up.token}"},
            timeout=_ANSWERS_WITHIN,
            trust_env=False,
        )
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise OutputError(f"the sandbox of process {up.pid} does not answer at {up.page}: {error}") from error
    return answer


async def _ended(place: SandboxFolder) -> None:
    """Wait until nobody uses the folder. Raises `OutputError`."""
    never = asyncio.Event()
    for _ in range(int(_ENDS_WITHIN / _LOOK)):
        if not place.is_in_use():
            return
        await stopped_within(never, _LOOK)
    raise OutputError(f"{place.root}: the sandbox has not ended within {_ENDS_WITHIN:g} s")


def _say(row: Mapping[str, Any], text: str, *, json: bool) -> None:
    if json:
        print_json(dict(row))
    else:
        sys.stdout.write(plain(f"{text}\n"))
