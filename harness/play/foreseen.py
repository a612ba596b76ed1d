"""What a world will not do of a scenario, known before it is played: the verdict will be unknown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connector.values import replace
from harness.nemesis.aim import aimed
from harness.nemesis.reach import out_of_reach
from harness.play.undelivered import undelivered
from harness.play.unrelayed import unrelayed
from harness.scenario.remark import Remark
from harness.scenario.scenario import NemesisKind, Scenario
from harness.world_name import WorldName
from pipeline.settings import Design

__all__ = ["foreseen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Able:
    """What there is in a world; a test holds it to what the worlds say that they skipped."""

    relays: bool = False
    mail: bool = False
    clocks: bool = False
    traps: bool = False


_WORLDS: Mapping[WorldName, _Able] = {
    WorldName.LIVE: _Able(relays=True),
    WorldName.VIRTUAL: _Able(relays=True, mail=True, clocks=True, traps=True),
    WorldName.VIRTUAL_SSH: _Able(relays=True, mail=True, clocks=True, traps=True),
    WorldName.MODEL: _Able(),
}
_OF_CLUSTERS = frozenset({NemesisKind.CRASH, NemesisKind.DISCONNECT})
_OF_PROCESSES = frozenset({NemesisKind.KILL, NemesisKind.PAUSE})


def foreseen(scenario: Scenario, world: WorldName) -> Iterator[Remark]:
    """One for each part of the scenario that will be skipped, in the words that the journal will have."""
    able = _WORLDS[world]
    clusters = {cluster.name for cluster in scenario.clusters}
    processes = _OF_PROCESSES | ({NemesisKind.SKEW} if able.clocks else frozenset())
    for index, step in enumerate(aimed(scenario.nemesis, has_processor=scenario.pipeline.design is Design.SPOOL)):
        beyond = out_of_reach(
            [step],
            lambda target: _OF_CLUSTERS if target in clusters else processes,
            has_traps=able.traps,
            world=world,
        )
        yield from (_remark(words, "nemesis", index) for words in beyond.values())
    if not able.mail:
        for index, delivery in enumerate(scenario.deliveries):
            only = replace(scenario, deliveries=(delivery,))
            yield from (_remark(words, "deliveries", index) for words in undelivered(only, world))
    if not able.relays:
        for index, toxic in enumerate(scenario.toxics):
            only = replace(scenario, toxics=(toxic,))
            yield from (_remark(words, "toxics", index) for words in unrelayed(only, (), world))


def _remark(words: str, table: str, index: int) -> Remark:
    return Remark(key=(table, index), reason=f"{words}: the verdict will be unknown")
