"""What the store holds, for Prometheus: gauges that are set at each scrape of a process with an API."""

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Gauge

from pipeline.states import ShareState
from pipeline.store.protocol import BacklogAge, Bloat

__all__ = ["StoreMetrics", "StoreReading"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreReading:
    """counts: as `ReadStore.counts`. findings: by kind. dead: dead letters. receivers: of notices, by `ok`, `failing`
    and `disabled`."""

    counts: Mapping[str, int]
    findings: Mapping[str, int]
    dead: int
    age: BacklogAge
    receivers: Mapping[str, int]
    bloat: Bloat | None = None


class StoreMetrics:
    """Made where the store is read: elsewhere its gauges would be 0, which says that the store is down."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"spoolproof_{name}", text, labels, registry=registry)

        self._up = gauge("store_up", "1 while the store can be read, else 0")
        self._shares = gauge("shares", "Records, by state", "state")
        self._queued = gauge("messages_queued", "Messages that wait for a processor")
        self._dead = gauge("dead_letters", "Records that nobody works on until they are requeued")
        self._pending = gauge("oldest_pending_seconds", "Since the oldest create was accepted that has not ended")
        self._overdue = gauge("overdue_seconds", "Since a processor should have taken up what has waited longest")
        self._receivers = gauge("webhooks", "Receivers of notices, by state", "state")
        self._findings = gauge("findings", "What sweeps found and still holds, by kind", "kind")
        self._dead_rows = gauge(
            "store_dead_rows", "Versions of rows in PostgreSQL that were replaced and not yet removed", "table"
        )
        self._oldest_snapshot = gauge(
            "store_oldest_snapshot_seconds",
            "For how long the oldest transaction has been open that keeps dead rows in PostgreSQL",
        )

    def set(self, reading: StoreReading | None) -> None:
        """None: the store cannot be read, and the other gauges stay as they are."""
        self._up.set(0 if reading is None else 1)
        if reading is None:
            return
        for state in ShareState:
            self._shares.labels(state.value).set(reading.counts.get(state.value, 0))
        self._queued.set(reading.counts["queued"])
        self._dead.set(reading.dead)
        self._pending.set(reading.age.pending)
        self._overdue.set(reading.age.overdue)
        for served, count in reading.receivers.items():
            self._receivers.labels(served).set(count)
        self._findings.clear()
        for kind, count in reading.findings.items():
            self._findings.labels(kind).set(count)
        if reading.bloat is not None:
            self._oldest_snapshot.set(reading.bloat.oldest_snapshot)
            for table, rows in reading.bloat.dead_rows.items():
                self._dead_rows.labels(table).set(rows)
