"""The pytest plugin: fixtures that give a test fake clusters, and the reference pipeline in front of them."""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import pytest

from spoolproof._async_farm import AsyncCluster, AsyncFarm
from spoolproof._clusters import clusters
from spoolproof._farm import Cluster, Farm
from spoolproof._pipeline import Pipeline, pipeline
from spoolproof.errors import SpoolproofError

pytest_plugins = ("spoolproof._pytest_clauses",)

LENDER = pytest.StashKey[Any]()
ADDRESS = "spoolproof_lender"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("spoolproof", "fake clusters over SSH")
    group.addoption(
        "--spoolproof-clusters",
        metavar="NAMES",
        help="the clusters of the fixtures: names with commas between, or a clusters file that ends in .toml "
        "(instead of spoolproof_clusters in the configuration)",
    )
    group.addoption("--spoolproof-seed", metavar="N", help="what chance is drawn from (instead of spoolproof_seed)")
    parser.addini(
        "spoolproof_clusters", "names with commas between, or a clusters file that ends in .toml", default="north"
    )
    parser.addini("spoolproof_seed", "what chance is drawn from, a whole number", default="")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Called by pytest-xdist before a worker starts: all workers get their clusters from one lab of this process."""
    from spoolproof._shared import Lender

    stash = node.config.stash
    if LENDER not in stash:
        stash[LENDER] = Lender(len(node.nodemanager.specs))
    node.workerinput[ADDRESS] = stash[LENDER].address


def pytest_unconfigure(config: pytest.Config) -> None:
    if LENDER in config.stash:
        config.stash[LENDER].close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails shows what its clusters saw."""
    report = yield
    if report.when == "call" and report.failed:
        from spoolproof._seen import seen_by

        report.sections.extend(seen_by(getattr(item, "funcargs", {}).values()))
    return report


@pytest.fixture(scope="session")
def spoolproof_settings(pytestconfig: pytest.Config) -> dict[str, Any]:
    """What the fixtures start: `clusters`, and the keywords of `spoolproof.clusters`. Tests may override it."""
    which = pytestconfig.getoption("spoolproof_clusters") or pytestconfig.getini("spoolproof_clusters")
    seed = pytestconfig.getoption("spoolproof_seed") or pytestconfig.getini("spoolproof_seed")
    if which.endswith(".toml"):
        settings: dict[str, Any] = {"clusters": pytestconfig.rootpath / which}
    else:
        settings = {"clusters": [name.strip() for name in which.split(",")]}
    if seed:
        try:
            settings["seed"] = int(seed)
        except ValueError:
            pytest.fail(f"spoolproof_seed: {seed!r} is not accepted: a whole number is", pytrace=False)
    return settings


@pytest.fixture(scope="session")
def _spoolproof_running(pytestconfig: pytest.Config, spoolproof_settings: dict[str, Any]) -> Iterator[Farm]:
    with ExitStack() as stack:
        with _errors_in_a_line():
            farm = stack.enter_context(_asked(spoolproof_settings, getattr(pytestconfig, "workerinput", {})))
        yield farm


def _asked(settings: Mapping[str, Any], workerinput: Mapping[str, Any]) -> AbstractContextManager[Farm]:
    keywords = dict(settings)
    asked = clusters(keywords.pop("clusters", "north"), **keywords)
    if ADDRESS not in workerinput:
        return asked
    from spoolproof._shared import Borrowed

    return Borrowed(workerinput[ADDRESS], "clusters", asked.request, Farm)


@contextmanager
def _errors_in_a_line() -> Iterator[None]:
    """What is not acceptable, or cannot be started, is no bug in the test: it needs no trace."""
    try:
        yield
    except SpoolproofError as error:
        pytest.fail(f"spoolproof: {error}", pytrace=False)


@pytest.fixture
def spoolproof_farm(_spoolproof_running: Farm) -> Farm:
    """All clusters, as freshly started for each test. They are started once for a whole run, whatever runs it."""
    for cluster in _spoolproof_running.clusters.values():
        cluster.restore()
    return _spoolproof_running


@pytest.fixture
def spoolproof_cluster(spoolproof_farm: Farm, request: pytest.FixtureRequest) -> Cluster:
    """The first cluster; with `parametrize(…, indirect=True)` the one of that name."""
    name = getattr(request, "param", None) or next(iter(spoolproof_farm.clusters))
    with _errors_in_a_line():
        return spoolproof_farm[name]


@pytest.fixture
def spoolproof_async_farm(spoolproof_farm: Farm) -> AsyncFarm:
    """`spoolproof_farm` for asyncio code."""
    return AsyncFarm(spoolproof_farm)


@pytest.fixture
def spoolproof_async_cluster(spoolproof_cluster: Cluster) -> AsyncCluster:
    """`spoolproof_cluster` for asyncio code."""
    return AsyncCluster(spoolproof_cluster)


@pytest.fixture
def spoolproof_clusters() -> Iterator[Callable[..., Farm]]:
    """Starts more clusters, which end with the test: called as `spoolproof.clusters` is."""
    with ExitStack() as stack:
        yield lambda *which, **keywords: stack.enter_context(clusters(*which, **keywords))


@pytest.fixture
def spoolproof_pipelines(spoolproof_farm: Farm) -> Iterator[Callable[..., Pipeline]]:
    """Starts reference pipelines in front of the clusters, which end with the test: with the settings of
    `spoolproof.pipeline`."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(pipeline(spoolproof_farm, **settings))


@pytest.fixture
def spoolproof_pipeline(spoolproof_pipelines: Callable[..., Pipeline], request: pytest.FixtureRequest) -> Pipeline:
    """The reference pipeline in front of the clusters; with `parametrize(…, indirect=True)` with those settings."""
    with _errors_in_a_line():
        return spoolproof_pipelines(**getattr(request, "param", {}))
