"""The pytest plugin's other half: targets of the contract suite as fixtures, and its clauses as test items.

A test that asks for `spoolproof_clause` becomes one item for each target and each clause. What the clause found is the
item's outcome, whatever the test's own body does: a clause that does not hold is a failure, one that could not be
decided an error, one that is exempted or only recommended an expected failure, one that is not claimed is skipped.
"""

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from spoolproof._pytest import ADDRESS, LENDER
from spoolproof.errors import SpoolproofError

if TYPE_CHECKING:
    from spoolproof._contract import ClauseSuite, Target, TargetReport
    from spoolproof._rows import ClauseResult

_SUITE = pytest.StashKey["ClauseSuite"]()
_STACK = pytest.StashKey[ExitStack]()
_REPORTS = pytest.StashKey["list[TargetReport]"]()
_REFUSED = pytest.StashKey[str]()
"""Why there is no suite."""
_LEFT = pytest.StashKey[str]()
"""Why targets were not cleaned up."""
_TARGET, _CLAUSE = "spoolproof_target", "spoolproof_clause"
_STEPS = 12
"""The last steps of a clause that did not pass."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("spoolproof")
    group.addoption(
        "--spoolproof-target",
        metavar="TARGET",
        action="append",
        help="a target of the contract suite, as `spoolproof contract` takes it, with its options; repeatable "
        "(instead of spoolproof_targets in the configuration)",
    )
    group.addoption("--spoolproof-strict", action="store_true", help="recommendations count as musts do")
    group.addoption(
        "--spoolproof-report", metavar="DIR", help="a folder for the reports of the contract suite, one for each target"
    )
    parser.addini(
        "spoolproof_targets",
        "targets of the contract suite, one a line: as `spoolproof contract` takes them, with its options",
        type="linelist",
    )
    parser.addini("spoolproof_strict", "recommendations count as musts do", type="bool", default=False)
    parser.addini("spoolproof_report", "a folder for the reports of the contract suite", default="")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    names = [name for name in (_TARGET, _CLAUSE) if name in metafunc.fixturenames]
    if not names:
        return
    try:
        suite = _suite(metafunc.config)
    except SpoolproofError as error:
        raise pytest.Collector.CollectError(f"spoolproof: {error}") from error
    for name, values in ((_TARGET, suite.targets), (_CLAUSE, suite.clauses)):
        if name in names and not _is_parametrized(metafunc, name):
            metafunc.parametrize(name, values, indirect=True)


def _is_parametrized(metafunc: pytest.Metafunc, name: str) -> bool:
    """By the test itself."""
    marks = metafunc.definition.iter_markers("parametrize")
    named = [mark.args[0] if mark.args else mark.kwargs.get("argnames", "") for mark in marks]
    return any(
        name in ([each.strip() for each in names.split(",")] if isinstance(names, str) else names) for names in named
    )


@pytest.fixture
def spoolproof_target(request: pytest.FixtureRequest) -> "Target":
    """A target of the contract suite, for each that spoolproof_targets names: where it is, and how to log in."""
    try:
        return _suite(request.config).target(request.param)
    except SpoolproofError as error:
        pytest.fail(f"spoolproof: {error}", pytrace=False)


@pytest.fixture
def spoolproof_clause(spoolproof_target: "Target", request: pytest.FixtureRequest) -> "ClauseResult":
    """What a clause found of the target: an item for each clause and target, whose outcome it is."""
    try:
        result = _suite(request.config).result(spoolproof_target.id, request.param)
    except SpoolproofError as error:
        pytest.fail(f"spoolproof: {error}", pytrace=False)
    request.node.user_properties += [
        ("target", spoolproof_target.title),
        ("clause", result.id),
        ("level", result.level),
    ]
    counts = result.level == "must" or _strict(request.config)
    if result.state == "not claimed":
        pytest.skip(f"not claimed: {result.message}")
    if result.state == "unknown" and not counts:
        pytest.skip(f"recommendation not decided: {result.message}")
    if result.state in {"unknown", "error"}:
        pytest.fail(_told(result), pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """A clause that failed is the failure of its item, whatever the test does with it."""
    result: Any = pyfuncitem.funcargs.get(_CLAUSE)
    if result is not None and result.state == "exempted":
        raise pytest.xfail.Exception(f"exempted: {result.exemption} ({result.message})")
    if result is not None and result.state == "failed":
        if result.level != "must" and not _strict(pyfuncitem.config):
            raise pytest.xfail.Exception(f"recommendation not met: {result.message}")
        pytest.fail(_told(result), pytrace=False)
    return (yield)


def _told(result: "ClauseResult") -> str:
    lines = [f"{result.id} ({result.level}): {result.sentence}", f"{result.state}: {result.message}"]
    return "\n".join([*lines, *(f"    {step}" for step in result.steps[-_STEPS:])])


def _strict(config: pytest.Config) -> bool:
    return bool(config.getoption("spoolproof_strict") or config.getini("spoolproof_strict"))


def _suite(config: pytest.Config) -> "ClauseSuite":
    """Starts the lab, or asks the one of the whole run, at first use. Raises `SpoolproofError`."""
    if _SUITE not in config.stash:
        if _REFUSED in config.stash:
            raise SpoolproofError(config.stash[_REFUSED])
        config.stash[_STACK] = stack = ExitStack()
        try:
            config.stash[_SUITE] = stack.enter_context(_lent(config))
        except SpoolproofError as error:
            config.stash[_REFUSED] = str(error)
            raise
    return config.stash[_SUITE]


def _lent(config: pytest.Config) -> Any:
    from spoolproof._child import Once
    from spoolproof._contract import ClauseSuite
    from spoolproof.errors import InputError

    lines = config.getoption("spoolproof_target") or config.getini("spoolproof_targets")
    if not lines:
        raise InputError(
            "spoolproof_targets names no target; accepted, one a line: fake, ssh://USER@HOST:PORT with its options, "
            "a target file (.toml), or the clusters.json of served clusters"
        )
    request = {"targets": lines, "folder": str(config.rootpath), "strict": _strict(config)}
    address = getattr(config, "workerinput", {}).get(ADDRESS)
    if address is None:
        return Once("contract", request, lambda lab, ready: ClauseSuite(ready[0]))
    from spoolproof._shared import Borrowed

    return Borrowed(address, "contract", request, lambda owner, ready: ClauseSuite(ready))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Once all items have run: remove what they made, and let the run fail where something is left or undecided."""
    config = session.config
    if hasattr(config, "workerinput"):
        if _SUITE in config.stash:
            config.stash[_SUITE].close()
        return
    reports: list[TargetReport] = []
    for suite in _suites(config):
        try:
            folder = config.getoption("spoolproof_report") or config.getini("spoolproof_report")
            reports += suite.finish(config.rootpath / folder if folder else None)
        except SpoolproofError as error:
            config.stash[_LEFT] = f"not cleaned up: {error}; `spoolproof contract sweep` removes what is left"
    config.stash[_REPORTS] = reports
    failed = any(report.failed for report in reports) or _LEFT in config.stash
    if failed and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _suites(config: pytest.Config) -> "Iterator[ClauseSuite]":
    if _SUITE in config.stash:
        yield config.stash[_SUITE]
    elif LENDER in config.stash:
        from spoolproof._contract import ClauseSuite

        for ready in config.stash[LENDER].started("contract"):
            yield ClauseSuite(ready)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    reports, left = config.stash.get(_REPORTS, []), config.stash.get(_LEFT, None)
    if not reports and left is None:
        return
    terminalreporter.section("spoolproof contract")
    for report in reports:
        for number, line in enumerate(report.lines):
            terminalreporter.line(line if number == 0 else f"  {line}")
    if left is not None:
        terminalreporter.line(left)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _STACK in config.stash:
        config.stash[_STACK].close()
