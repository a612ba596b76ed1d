"""Faults: one file per kind, each a pure function that changes a plan, and what decides when one matches.

fault.py       what a fault kind is
parameters.py  the kinds of parameters that faults share
selector.py    which calls a fault applies to
rule.py        a fault as a scenario sets it
config.py      … as a file or a request body spells it
active.py      one rule on one cluster: does it match this call?
applied.py     what each of the rules applied to one plan changed in it
injector.py    all rules of one cluster; applies them to plans and logs injections
injections.py  the log of injections
document.py    the table of faults for the terminal and the documentation

Every other file is one fault, or two that differ in little; all are in `FAULTS`, in the order in which a call would
meet them.
"""

from fake_clusters.faults.auth_rejected import AUTH_REJECTED
from fake_clusters.faults.auth_slow import AUTH_SLOW
from fake_clusters.faults.auth_stall import AUTH_STALL
from fake_clusters.faults.bad_signature import BAD_SIGNATURE
from fake_clusters.faults.banner_garbage import BANNER_GARBAGE
from fake_clusters.faults.banner_missing import BANNER_MISSING
from fake_clusters.faults.banner_slow import BANNER_SLOW
from fake_clusters.faults.channel_refused import CHANNEL_REFUSED
from fake_clusters.faults.channel_slow import CHANNEL_SLOW
from fake_clusters.faults.connection_reset import CONNECTION_RESET
from fake_clusters.faults.connection_silent import CONNECTION_SILENT
from fake_clusters.faults.crash import CRASH
from fake_clusters.faults.disconnect_after import DISCONNECT_AFTER
from fake_clusters.faults.disconnect_before import DISCONNECT_BEFORE
from fake_clusters.faults.disconnect_during import DISCONNECT_DURING
from fake_clusters.faults.drip import DRIP
from fake_clusters.faults.error_exit import ERROR_EXIT
from fake_clusters.faults.exec_refused import EXEC_REFUSED
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.full import FULL
from fake_clusters.faults.garbled import GARBLED
from fake_clusters.faults.half_close import HALF_CLOSE
from fake_clusters.faults.hang import HANG
from fake_clusters.faults.host_key_changed import HOST_KEY_CHANGED
from fake_clusters.faults.incomplete_list import INCOMPLETE_LIST
from fake_clusters.faults.kex_slow import KEX_SLOW
from fake_clusters.faults.kex_stall import KEX_STALL
from fake_clusters.faults.late_effect import LATE_EFFECT
from fake_clusters.faults.lying_success import LYING_SUCCESS
from fake_clusters.faults.name_taken import NAME_TAKEN
from fake_clusters.faults.no_exit_status import NO_EXIT_STATUS
from fake_clusters.faults.oversized import OVERSIZED
from fake_clusters.faults.partial_effect import PARTIAL_EFFECT
from fake_clusters.faults.read_only import READ_ONLY
from fake_clusters.faults.refused import REFUSED
from fake_clusters.faults.reply_lost import REPLY_LOST
from fake_clusters.faults.slow_service import SLOW_SERVICE
from fake_clusters.faults.stale_list import STALE_LIST
from fake_clusters.faults.truncated import TRUNCATED

__all__ = ["FAULTS"]

FAULTS: dict[str, FaultKind] = {
    kind.name: kind
    for kind in (
        REFUSED,
        CONNECTION_SILENT,
        CONNECTION_RESET,
        HALF_CLOSE,
        BANNER_SLOW,
        BANNER_MISSING,
        BANNER_GARBAGE,
        KEX_SLOW,
        KEX_STALL,
        BAD_SIGNATURE,
        HOST_KEY_CHANGED,
        AUTH_REJECTED,
        AUTH_SLOW,
        AUTH_STALL,
        CHANNEL_REFUSED,
        CHANNEL_SLOW,
        EXEC_REFUSED,
        ERROR_EXIT,
        SLOW_SERVICE,
        HANG,
        DISCONNECT_BEFORE,
        DISCONNECT_DURING,
        DISCONNECT_AFTER,
        CRASH,
        READ_ONLY,
        FULL,
        PARTIAL_EFFECT,
        LATE_EFFECT,
        NAME_TAKEN,
        LYING_SUCCESS,
        STALE_LIST,
        INCOMPLETE_LIST,
        REPLY_LOST,
        DRIP,
        TRUNCATED,
        GARBLED,
        OVERSIZED,
        NO_EXIT_STATUS,
    )
}
