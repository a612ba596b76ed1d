"""Idempotency keys: the first answer is kept in the transaction that accepts, so no instant lies between the two."""

import json
from collections.abc import Callable

from pipeline.record import Idempotency
from pipeline.store.protocol import Acceptance, Answer, KeyReused, Render, Replayed
from pipeline.store.transaction import Transaction

__all__ = ["keep", "once", "recall"]


def once(
    transaction: Transaction, key: Idempotency | None, render: Render, accept: Callable[[], Acceptance]
) -> Acceptance:
    """What `accept` says the first time a key is seen, and the answer that was given then every other time.

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
    """What is kept with a key; None where nothing is."""
    earlier = None if key is None else transaction.one("find_key", tenant=key.tenant, key=key.key, now=transaction.now)
    if key is None or earlier is None:
        return None
    body_hash, status, headers, body = earlier
    if body_hash != key.body_hash:
        return KeyReused()
    pairs = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in json.loads(headers))
    return Replayed(answer=Answer(status=status, headers=pairs, body=body.encode()))


def keep(transaction: Transaction, key: Idempotency | None, answer: Answer) -> None:
    """Keep an answer with the key that was given, if any."""
    if key is None:
        return
    transaction.run("forget_keys", now=transaction.now)
    transaction.run(
        "keep_key",
        tenant=key.tenant,
        key=key.key,
        body_hash=key.body_hash,
        expires_at=key.expires_at,
        status=answer.status,
        headers=json.dumps([(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers]),
        body=answer.body.decode(),
    )
