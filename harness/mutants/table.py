"""The seeded misbehaviours: what each does, how a pipeline with it is started, and which invariants must catch it."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.live.process import Command
from pipeline.serve import Part

__all__ = ["MUTANTS", "Mutant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A pipeline with one bug. part: the one that has it. needs: what a scenario must bring for the bug to show.

    caught_by: invariants, each of which must find an anomaly.
    """

    name: str
    does: str
    part: Part
    needs: str
    caught_by: tuple[str, ...]

    @property
    def commands(self) -> Mapping[Part, Command]:
        """How the parts are started, for `LiveWorld`."""
        return {self.part: Command(extra=("--seams", f"harness.mutants.{self.name}:SEAMS"))}


MUTANTS: Mapping[str, Mutant] = {
    mutant.name: mutant
    for mutant in (
        Mutant(
            name="believes_silence",
            does="activates a share before the connector confirmed it",
            part=Part.PROCESSOR,
            needs="creates that end without an answer and without effect",
            caught_by=("S5",),
        ),
        Mutant(
            name="forgets_cleanup",
            does="removes the record of a failed create without deleting what is on the cluster",
            part=Part.PROCESSOR,
            needs="creates that leave something behind and fail, or deletes",
            caught_by=("S7",),
        ),
        Mutant(
            name="creates_again",
            does="sends the create again for a redelivered message, whatever became of the record",
            part=Part.PROCESSOR,
            needs="deletes, and a connector that knows no sequence numbers",
            caught_by=("S10",),
        ),
        Mutant(
            name="api_removes",
            does="lets the API remove the record of a share that is to be deleted",
            part=Part.API,
            needs="deletes",
            caught_by=("S11", "L2"),
        ),
        Mutant(
            name="fails_on_silence",
            does="reports a create as failed when only its reply was lost",
            part=Part.PROCESSOR,
            needs="lost replies to creates",
            caught_by=("S7",),
        ),
    )
}
