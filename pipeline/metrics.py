"""What a process measures of itself, for Prometheus. Labels are closed sets or names of clusters, never what a client
says: ten thousand tenants make no series."""

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest

from pipeline.quotas import Excess
from pipeline.store_metrics import StoreMetrics, StoreReading

__all__ = ["METHODS", "Metrics"]

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER = "other"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_COMMAND_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """One registry for all parts of a process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "spoolproof_http_requests", "Requests that were answered", ["method", "route", "status"], registry=registry
        )
        self._request_seconds = Histogram(
            "spoolproof_http_request_seconds",
            "From the head of a request to its answer",
            ["route"],
            registry=registry,
            buckets=_SECONDS,
        )
        self._commands = Counter(
            "spoolproof_commands", "Commands of connectors", ["cluster", "verb", "outcome"], registry=registry
        )
        self._command_seconds = Histogram(
            "spoolproof_command_seconds",
            "From the sending of a command to its outcome",
            ["cluster", "verb"],
            registry=registry,
            buckets=_COMMAND_SECONDS,
        )
        self._retries_refused = Counter(
            "spoolproof_retries_refused",
            "Retries that waited for the budget",
            ["cluster"],
            registry=registry,
        )
        self._notices = Counter(
            "spoolproof_notices", "Tries of webhooks and mails", ["channel", "outcome"], registry=registry
        )
        self._store: StoreMetrics | None = None
        self._over_quota = Counter(
            "spoolproof_over_quota", "Creates and resizes refused for a tenant's quota", ["resource"], registry=registry
        )
        # To look a series up by its labels costs more than to count it.
        self._answered: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request has its answer. route: as it is routed, such as `/v1/shares/{location}/{name}`."""
        found = self._answered.get((method, route, status))
        if found is None:
            known = method if method in METHODS else _OTHER
            found = self._requests.labels(known, route, str(status)), self._request_seconds.labels(route)
            if known is method:
                self._answered[method, route, status] = found
        requests, request_seconds = found
        requests.inc()
        request_seconds.observe(seconds)

    def commanded(self, cluster: str, verb: str, outcome: str, seconds: float) -> None:
        """A command has ended. outcome: of `pipeline.processor.outcome_classes.OutcomeClass`."""
        self._commands.labels(cluster, verb, outcome).inc()
        self._command_seconds.labels(cluster, verb).observe(seconds)

    def over_quota(self, excess: Excess) -> None:
        """A request was refused for its tenant's quota."""
        self._over_quota.labels(excess.resource.value).inc()

    def retry_refused(self, cluster: str) -> None:
        """A retry waits, since the budget of its cluster is used up."""
        self._retries_refused.labels(cluster).inc()

    def notified(self, channel: str, outcome: str) -> None:
        """A notice was tried. channel: `webhook` or `mail`; outcome: `delivered`, `failed` or `gone`."""
        self._notices.labels(channel, outcome).inc()

    def stored(self, reading: StoreReading | None) -> None:
        """What the store holds now; None: it cannot be read. A process that never looks has no series of it."""
        if self._store is None:
            self._store = StoreMetrics(self._registry)
        self._store.set(reading)

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)
