"""One direction of one connection: what comes in goes through a stage per toxic, in their order, and out."""

from collections.abc import Callable, Sequence

from harness.toxics.stage import Place, ToxicStage
from harness.toxics.toxic import Ending, Item, Toxic

__all__ = ["Pipe"]


class Pipe:
    """deliver: takes what comes out. ended: called where a toxic ends the connection. affected: … first affects it."""

    def __init__(
        self,
        place: Place,
        *,
        deliver: Callable[[Item], None],
        ended: Callable[[Ending], None],
        affected: Callable[[Toxic], None],
    ) -> None:
        self._place = place
        self._deliver, self._ended, self._affected = deliver, ended, affected
        self._stages: list[ToxicStage] = []
        self._closed = False

    @property
    def held(self) -> int:
        """Bytes under way."""
        return sum(stage.held for stage in self._stages)

    def feed(self, item: Item) -> None:
        self._feed_at(0, item)

    def fit(self, toxics: Sequence[Toxic]) -> None:
        """Have these toxics, in this order; those that are there already keep what they hold and how they stand."""
        names = {toxic.name for toxic in toxics}
        # From the far end: what a stage lets go of must not overtake what the stages after it hold.
        for stage in [row for row in reversed(self._stages) if row.toxic.name not in names]:
            self._remove(stage)
        for index, toxic in enumerate(toxics):
            if self._closed:
                return
            if index == len(self._stages) or self._stages[index].toxic.name != toxic.name:
                self._stages.insert(index, self._stage(toxic))
            elif self._stages[index].toxic != toxic:
                self._stages[index].change(toxic)

    def close(self) -> None:
        """Drop what is under way."""
        self._closed = True
        for stage in self._stages:
            stage.drain()

    def _stage(self, toxic: Toxic) -> ToxicStage:
        return ToxicStage(toxic, self._place, emit=self._pass_on, ended=self._ended, affected=self._affected)

    def _remove(self, stage: ToxicStage) -> None:
        index = self._stages.index(stage)
        held = stage.drain()
        del self._stages[index]
        for item in held:
            self._feed_at(index, item)
        if stage.toxic.kind.parting is not None:
            self._ended(stage.toxic.kind.parting)

    def _pass_on(self, stage: ToxicStage, item: Item) -> None:
        if not self._closed:
            self._feed_at(self._stages.index(stage) + 1, item)

    def _feed_at(self, index: int, item: Item) -> None:
        if self._closed:
            return
        if index < len(self._stages):
            self._stages[index].feed(item)
        else:
            self._deliver(item)
