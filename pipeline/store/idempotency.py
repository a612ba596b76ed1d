"""Idempotency keys: what is decided is kept in the transaction that decides, so no instant lies between the two.

An answer that decides nothing is not kept, and the same request is looked at anew. Its key remains its own.
"""

import json
from collections.abc import Callable

from pipeline.record import Idempotency
from pipeline.store.protocol import Acceptance, Answer, KeyReused, Render, Replayed
from pipeline.store.transaction import Transaction

__all__ = ["keep", "once", "recall"]

_UNDECIDED = 0
"""The status of a key that no answer is kept with."""
_NO_ANSWER = Answer(status=_UNDECIDED, headers=(), body=b"")


def once(
    transaction: Transaction, key: Idempotency | None, render: Render, accept: Callable[[], Acceptance]
) -> Acceptance:
    """What `accept` says until it decides, and from then on what was decided, each time that a key is seen.

    Two requests with one key cannot run side by side, since one writer runs all transactions: the later one finds
    the answer of the earlier.
    """
    earlier = recall(transaction, key)
    if earlier is not None:
        return earlier
    acceptance = accept()
    keep(transaction, key, render(acceptance))
    return acceptance


def recall(transaction: Transaction, key: Idempotency | None) -> Replayed | KeyReused | None:
    """What is kept with a key; None where nothing was decided yet."""
    earlier = None if key is None else transaction.one("find_key", tenant=key.tenant, key=key.key, now=transaction.now)
    if key is None or earlier is None:
        return None
    body_hash, status, headers, body = earlier
    if body_hash != key.body_hash:
        return KeyReused()
    if status == _UNDECIDED:
        return None
    pairs = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in json.loads(headers))
    return Replayed(answer=Answer(status=status, headers=pairs, body=body.encode()))


def keep(transaction: Transaction, key: Idempotency | None, answer: Answer) -> None:
    """Keep an answer with the key that was given, if any; of one that decides nothing, whose key it is."""
    if key is None:
        return
    kept = answer if answer.kept else _NO_ANSWER
    transaction.run("forget_keys", now=transaction.now)
    transaction.run(
        "keep_key",
        tenant=key.tenant,
        key=key.key,
        body_hash=key.body_hash,
        expires_at=key.expires_at,
        status=kept.status,
        headers=json.dumps([(name.decode("latin-1"), value.decode("latin-1")) for name, value in kept.headers]),
        body=kept.body.decode(),
    )
