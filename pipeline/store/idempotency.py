"""Idempotency keys: the first answer is kept in the transaction that accepts, so no instant lies between the two."""

import json
from collections.abc import Callable

from pipeline.record import Idempotency
from pipeline.store.protocol import Acceptance, Answer, KeyReused, Render, Replayed
from pipeline.store.transaction import Transaction

__all__ = ["once"]


def once(
    transaction: Transaction, key: Idempotency | None, render: Render, accept: Callable[[], Acceptance]
) -> Acceptance:
    """What `accept` says the first time a key is seen, and the answer that was given then every other time.

    Two requests with one key cannot run side by side, since one writer runs all transactions: the later one finds
    the answer of the earlier.
    """
    if key is None:
        return accept()
    earlier = transaction.one("find_key", tenant=key.tenant, key=key.key, now=transaction.now)
    if earlier is not None:
        body_hash, status, headers, body = earlier
        if body_hash != key.body_hash:
            return KeyReused()
        pairs = tuple((name, value) for name, value in json.loads(headers))
        return Replayed(answer=Answer(status=status, headers=pairs, body=body))
    acceptance = accept()
    _keep(transaction, key, render(acceptance))
    return acceptance


def _keep(transaction: Transaction, key: Idempotency, answer: Answer) -> None:
    transaction.run("forget_keys", now=transaction.now)
    transaction.run(
        "keep_key",
        tenant=key.tenant,
        key=key.key,
        body_hash=key.body_hash,
        expires_at=key.expires_at,
        status=answer.status,
        headers=json.dumps(answer.headers),
        body=answer.body,
    )
