"""ScenarioLoad: the load of a scenario in one Locust process, whichever it is: alone, a master or a worker."""

import logging
import os
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

from locust import events, runners
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.runners import MasterRunner, Runner, WorkerRunner

from connector.errors import TomlProblems
from harness.errors import HarnessError
from harness.load.generator.conductor import BEGIN, ROWS, STOP, Conductor
from harness.load.generator.page import show_on_page
from harness.load.generator.parent import Parent
from harness.load.generator.part import Begin, LoadPart
from harness.load.generator.verdict import exit_code
from harness.load.generators import MASTER_GONE
from harness.load.plan import LoadPlan, read_plan
from harness.load.wire import GeneratorCommand

__all__ = ["ScenarioLoad"]

_BAD_INPUT = 64
_NO_LINK = -1
_GONE = 10
"""Seconds without a sign after which a master or a worker is taken for gone: Locust's own minute is long for a worker
that goes on asking, and its three seconds are short for one on a machine that is busy."""

_log = logging.getLogger(__name__)


class ScenarioLoad:
    """Made by a locustfile, whose user and shape call `play` and `tick`."""

    def __init__(self) -> None:
        self._plan: LoadPlan | None = None
        self._part: LoadPart | None = None
        self._conductor: Conductor | None = None
        self._parent: Parent | None = None
        self._runner: Runner | None = None

    def listen(self) -> None:
        """Hear of what happens in this process."""
        runners.MASTER_HEARTBEAT_TIMEOUT = runners.HEARTBEAT_LIVENESS = _GONE
        events.init_command_line_parser.add_listener(_add_options)
        events.init.add_listener(self._init)
        events.test_start.add_listener(self._test_start)
        events.spawning_complete.add_listener(self._spawning_complete)
        events.quitting.add_listener(self._quitting)

    def play(self) -> None:
        """What the user of this process does: its part of the arrivals."""
        assert self._part is not None, "a test has started"
        self._part.play()

    def tick(self) -> tuple[int, float] | None:
        """What the shape says: a user for each process, until the load is over."""
        conductor = self._conductor
        if conductor is None:
            return 1, 1.0
        return None if conductor.over else (conductor.users, float(conductor.users))

    def _init(self, environment: Environment, **_: Any) -> None:
        options = environment.parsed_options
        assert options is not None, "Locust was started from a command line"
        self._plan = _plan_of(options)
        runner = self._runner = environment.runner
        if isinstance(runner, WorkerRunner):
            runner.register_message(BEGIN, self._told_to_begin)
            runner.register_message(STOP, self._told_to_stop)
        elif isinstance(runner, MasterRunner):
            runner.register_message(ROWS, self._told_rows)
        if options.link != _NO_LINK:
            self._parent = Parent(options.link, self._commanded, self._left_alone)
        if environment.web_ui is not None:
            show_on_page(environment.web_ui, lambda: self._conductor, self._plan)

    def _test_start(self, environment: Environment, **_: Any) -> None:
        assert self._plan is not None, "init comes first"
        runner = environment.runner
        if isinstance(runner, WorkerRunner):
            self._part = LoadPart(environment, self._plan, lambda lines: runner.send_message(ROWS, {"lines": lines}))
            return
        self._part = LoadPart(environment, self._plan, self._hear)
        tell = _to_nobody if self._parent is None else self._parent.send
        self._conductor = Conductor(environment, self._plan, self._part, tell=tell, is_led=self._parent is not None)

    def _spawning_complete(self, **_: Any) -> None:
        if self._conductor is not None:
            self._conductor.ready()

    def _quitting(self, environment: Environment, **_: Any) -> None:
        if self._conductor is not None:
            environment.process_exit_code = exit_code(self._conductor)
        elif isinstance(environment.runner, WorkerRunner) and _is_master_gone(environment.runner):
            environment.process_exit_code = MASTER_GONE

    def _told_to_begin(self, msg: Any, **_: Any) -> None:
        assert self._part is not None, "a worker's test starts before it is told more"
        self._part.begin(Begin(**msg.data))

    def _told_to_stop(self, **_: Any) -> None:
        if self._part is not None:
            self._part.stop()

    def _told_rows(self, msg: Any, **_: Any) -> None:
        self._hear(msg.data["lines"])

    def _hear(self, lines: bytes) -> None:
        if self._conductor is not None:
            self._conductor.receive(lines)

    def _commanded(self, command: GeneratorCommand) -> None:
        if self._conductor is not None:
            self._conductor.command(command)
        elif command.quit:  # while workers are awaited
            if self._runner is not None:
                self._runner.quit()
            os._exit(0)

    def _left_alone(self) -> None:
        if self._conductor is None:
            os._exit(1)  # nothing has begun, and nothing would ever end it
        self._conductor.gone()


def _is_master_gone(worker: WorkerRunner) -> bool:
    """Whether a worker ends for want of its master, and not because that one said so."""
    heard = worker.last_heartbeat_timestamp
    silent = time.time() - heard if heard else 0.0  # noqa: TID251 - Locust's clock for it
    return silent > runners.MASTER_HEARTBEAT_TIMEOUT


def _to_nobody(lines: bytes) -> None:
    """Locust was started for itself alone."""


def _add_options(parser: LocustArgumentParser, **_: Any) -> None:
    parser.add_argument("--scenario", default="happy_path", help="A TOML file, or the name of a shipped scenario.")
    parser.add_argument("--seed", type=int, default=None, help="Instead of the scenario's own.")
    parser.add_argument("--service", default=None, help="A file whose service takes the place of the scenario's own.")
    parser.add_argument("--abort", action="store_true", help="End the load as soon as a gate cannot hold any more.")
    parser.add_argument("--plan", default=None, include_in_web_ui=False, help="Used by `spoolproof load`.")
    parser.add_argument(
        "--link", type=int, default=_NO_LINK, include_in_web_ui=False, help="Used by `spoolproof load`."
    )


def _plan_of(options: Namespace) -> LoadPlan:
    """Ends this process with a sentence where the scenario cannot be used."""
    if options.plan is not None:
        return read_plan(Path(options.plan))
    from harness.scenario.parse import find_scenario, read_scenario  # a fifth of the time that most starts take

    try:
        service = None if options.service is None else Path(options.service)
        scenario = read_scenario(find_scenario(options.scenario), service)
        seed = scenario.seed if options.seed is None else options.seed
        return LoadPlan(scenario=scenario, seed=seed, abort=options.abort)
    except (TomlProblems, HarnessError) as error:
        _log.error("%s", error)
        raise SystemExit(_BAD_INPUT) from None
