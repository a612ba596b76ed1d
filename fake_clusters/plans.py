"""What is going to happen to one connection, one channel, one command: the model's decision, before it happens.

The profile draws the undisturbed plan, each fault that matches changes it (a pure function from plan to plan), and
whoever carries it out (the asyncssh server, or a connector straight into the model) matches every field.
So no fault knows about SSH, and every world means the same thing by a fault.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from connector.codes import Code
from connector.values import fast_frozen

__all__ = [
    "AuthPlan",
    "BannerPlan",
    "ChannelPlan",
    "CommandPlan",
    "ConnectionPlan",
    "Cut",
    "CutHow",
    "EffectPlan",
    "KexPlan",
    "Note",
    "OutputPlan",
    "When",
]


class Note(Protocol):
    """Told which fields of a plan have just been carried out, at an instant of the model: an injection is logged when a
    field that it changed is among them."""

    def __call__(self, at: float, *fields: str) -> None: ...


def _unchanged(at: float, *fields: str) -> None:
    """No fault changed anything."""


class CutHow(StrEnum):
    """How a connection ends: reset (RST), closed (FIN both ways), half-closed (FIN from the server, still reading)."""

    RESET = "reset"
    CLOSE = "close"
    HALF_CLOSE = "half-close"


class BannerPlan(StrEnum):
    NORMAL = "normal"
    MISSING = "missing"
    GARBAGE = "garbage"


class KexPlan(StrEnum):
    NORMAL = "normal"
    STALL = "stall"
    OTHER_HOST_KEY = "other-host-key"
    BAD_SIGNATURE = "bad-signature"


class AuthPlan(StrEnum):
    NORMAL = "normal"
    REJECT = "reject"
    STALL = "stall"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionPlan:
    """One connection. Delays in seconds, each from the end of the phase before.

    cut: end the connection so many seconds after it was accepted (0.0: at once, before any byte of SSH).
    last_line: a line of text that is sent before the cut. silent: accepted, then nothing is ever sent or read.
    """

    silent: bool = False
    banner_delay: float = 0.0
    banner: BannerPlan = BannerPlan.NORMAL
    kex_delay: float = 0.0
    kex: KexPlan = KexPlan.NORMAL
    auth_delay: float = 0.0
    auth: AuthPlan = AuthPlan.NORMAL
    cut: CutHow | None = None
    cut_after: float = 0.0
    last_line: str = ""
    note: Note = field(default=_unchanged, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPlan:
    """One session channel. refuse: answer the open with a failure. exec_refuse: open, but refuse the exec request."""

    delay: float = 0.0
    refuse: bool = False
    exec_refuse: bool = False
    note: Note = field(default=_unchanged, compare=False, repr=False)


class EffectPlan(StrEnum):
    """What the command does to the cluster's state.

    apply: as asked. none: nothing. half: a create leaves a half-made share (any other verb: nothing).
    """

    APPLY = "apply"
    NONE = "none"
    HALF = "half"


class When(StrEnum):
    """The instant of a cut or crash, as seen from the effect."""

    BEFORE_EFFECT = "before-effect"
    DURING_SERVICE = "during-service"
    AFTER_EFFECT = "after-effect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The connection that carries the command ends at `when`; the effect is not touched by it."""

    when: When
    how: CutHow


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class OutputPlan:
    """How the reply's bytes go out.

    keep: the fraction of the reply that is sent, the rest never comes. garble: that fraction of bytes is replaced.
    extra: that many bytes of noise before the reply. rate: bytes per second, None: at once. no_status: after the reply
    the channel is closed without an exit status, or without a prompt.
    """

    keep: float = 1.0
    garble: float = 0.0
    extra: int = 0
    rate: float | None = None
    no_status: bool = False
    note: Note = field(default=_unchanged, compare=False, repr=False)


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class CommandPlan:
    """One command in service.

    service: seconds of work once a place is free; so many seconds at full speed. background: seconds of work after the
    answer to a create until its share is whole. refuse: answered with this code;
    with `refuse_early` before it takes a place, otherwise after its service time. effect: what it does.
    effect_delay: seconds after the answer (or the silence) at which the effect lands instead (a late effect); it is
    logged as late. breaks_sequence: it lands even where the cluster claims sequences and has started a newer
    command for the share. taken_by: a share of somebody else, of so many bytes, takes the name before the effect.
    hang: no reply, the place in service is held until the channel goes. lose_reply: no byte of the reply and no exit
    status; the channel stays open. lie: answer success whatever the effect is. list_age: a list is what it was so many
    seconds ago. list_omits: it lacks so many of the newest shares. cut: the connection ends. crash: the
    connector goes down, its commands in service are lost; it is back after `down_for` seconds, `wipe`: without its
    state.
    """

    service: float = 0.0
    background: float = 0.0
    refuse: Code | None = None
    refuse_early: bool = False
    effect: EffectPlan = EffectPlan.APPLY
    effect_delay: float = 0.0
    breaks_sequence: bool = False
    taken_by: int | None = None
    hang: bool = False
    lose_reply: bool = False
    lie: bool = False
    list_age: float = 0.0
    list_omits: int = 0
    output: OutputPlan = OutputPlan()
    cut: Cut | None = None
    crash: When | None = None
    down_for: float = 0.0
    wipe: bool = False
    note: Note = field(default=_unchanged, compare=False, repr=False)
