"""Idempotency keys: what is decided is kept in the transaction that decides, so no instant lies between the two.

An answer that decides nothing is not kept, and the same request is looked at anew. Its key remains its own.
"""

from collections.abc import Callable

from pipeline.record import Idempotency
from pipeline.store.acceptances import Acceptance, KeyReused, Render, Replayed, StoredAnswer
from pipeline.store.tables import Tables

__all__ = ["keep", "once", "recall"]

_UNDECIDED = 0
"""The status of a key that no answer is kept with."""
_NO_ANSWER = StoredAnswer(status=_UNDECIDED, headers=(), body=b"")


def once(tables: Tables, key: Idempotency | None, render: Render, accept: Callable[[], Acceptance]) -> Acceptance:
    """What `accept` says until it decides, and from then on what was decided, each time that a key is seen.

    Two requests with one key cannot run side by side, since one writer runs all transactions: the later one finds
    the answer of the earlier.
    """
    earlier = recall(tables, key)
    if earlier is not None:
        return earlier
    acceptance = accept()
    keep(tables, key, render(acceptance))
    return acceptance


def recall(tables: Tables, key: Idempotency | None) -> Replayed | KeyReused | None:
    """What is kept with a key; None where nothing was decided yet."""
    earlier = None if key is None else tables.find_key(key.tenant, key.key)
    if key is None or earlier is None:
        return None
    body_hash, answer = earlier
    if body_hash != key.body_hash:
        return KeyReused()
    return None if answer.status == _UNDECIDED else Replayed(answer=answer)


def keep(tables: Tables, key: Idempotency | None, answer: StoredAnswer) -> None:
    """Keep an answer with the key that was given, if any; of one that decides nothing, whose key it is."""
    if key is not None:
        tables.keep_key(key, answer if answer.kept else _NO_ANSWER)
