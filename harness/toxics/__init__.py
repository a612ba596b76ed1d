"""Toxics: lasting, directional modifiers of a link, one a file, and the relay that lets them at what passes.

toxic.py        what a toxic is
relay.py        stands on a link; toxics come, change and go while it does
connection.py   one relayed connection
side.py         … one of its two sockets
pipe.py         … one of its two directions
stage.py        … one toxic on one direction
door.py         how connections are taken, and held up
kernel_door.py  … on real sockets
links.py        the links of a pipeline
rule.py         a toxic as a scenario sets it
config.py       … as a file spells it
relays.py       the relays of one run
admin.py        an HTTP API for toxics on relays that stand
document.py     the table of toxics for the terminal and the documentation
errors.py       the error tree

Every other file is one toxic, listed in `TOXICS` in the order in which a connection would meet it.
"""

from collections.abc import Mapping

from harness.toxics.bandwidth import BANDWIDTH
from harness.toxics.down import DOWN
from harness.toxics.half_open import HALF_OPEN
from harness.toxics.latency import LATENCY
from harness.toxics.limit_data import LIMIT_DATA
from harness.toxics.partition import PARTITION
from harness.toxics.reset_peer import RESET_PEER
from harness.toxics.slicer import SLICER
from harness.toxics.slow_accept import SLOW_ACCEPT
from harness.toxics.slow_close import SLOW_CLOSE
from harness.toxics.timeout import TIMEOUT
from harness.toxics.toxic import ToxicKind

__all__ = ["TOXICS"]

TOXICS: Mapping[str, ToxicKind] = {
    kind.name: kind
    for kind in (
        DOWN,
        PARTITION,
        SLOW_ACCEPT,
        LATENCY,
        BANDWIDTH,
        SLICER,
        TIMEOUT,
        HALF_OPEN,
        LIMIT_DATA,
        RESET_PEER,
        SLOW_CLOSE,
    )
}
"""Every kind that a scenario may name."""
