"""The first five minutes: what to try, in order, and which of it has been done."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.sandbox.sandbox import Sandbox
from reports.history import OpKind, OpResult

__all__ = ["GuideStep", "guide_steps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideStep:
    """where: the section of the page that it is done in."""

    text: str
    where: str
    done: bool


def guide_steps(sandbox: Sandbox) -> Sequence[GuideStep]:
    """All of them, whether done or not."""
    ops, actions = sandbox.recorder.ops, [row.action for row in sandbox.world.nemesis_log.actions]
    commands, counts = sandbox.commands, sandbox.table.counts()
    struck = any(sandbox.world.clusters.injections())
    return (
        GuideStep(
            text="Create a share. The answer 202 is a promise: the share is pending, and soon active.",
            where="portal",
            done=any(op.kind is OpKind.CREATE and op.result is OpResult.OK for op in ops)
            and bool(counts.get("active")),
        ),
        GuideStep(
            text="Create a share of the same name again: it is refused, since there is one share and one record.",
            where="portal",
            done=any(op.kind is OpKind.CREATE and op.result is OpResult.FAIL for op in ops),
        ),
        GuideStep(
            text="Open the faults of a cluster, let reply_lost strike once, and create another share there.",
            where="clusters",
            done=struck,
        ),
        GuideStep(
            text="Click its name: the command is hatched, its outcome unknown. The processor looks, and then knows.",
            where="shares",
            done=any(row.result is OpResult.INFO and row.ended_at is not None for row in commands),
        ),
        GuideStep(
            text="Kill the processor and create one more share: the table says why it waits.",
            where="processes",
            done="kill" in actions,
        ),
        GuideStep(
            text="Heal all. Every share comes to rest, and the verdict says whether a promise was broken.",
            where="verdict",
            done="healed" in actions,
        ),
    )
