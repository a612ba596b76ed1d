"""The settings of the reference pipeline: one table per part, each with its defaults. Durations are seconds."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from connector.output_files import OutputPath
from connector.table import TomlTable
from connector.units import Duration
from pipeline.notices.addresses import parse_network
from pipeline.quotas import Quota, Quotas
from pipeline.record import TENANT_NAME
from pipeline.store.place import BrokerUrls, StorePlace

__all__ = [
    "ApiSettings",
    "AuthMode",
    "AuthSettings",
    "BlockingSettings",
    "BreakerSettings",
    "CommandSettings",
    "Design",
    "GatewaySettings",
    "LimitsSettings",
    "LogFormat",
    "LogSettings",
    "MailSettings",
    "MetricsSettings",
    "NotifierSettings",
    "PartsSettings",
    "PipelineSettings",
    "ProcessorSettings",
    "QuotaTable",
    "QuotasSettings",
    "RetrySettings",
    "SweeperSettings",
    "TracesSettings",
]

Seconds = Annotated[Duration, Field(gt=0)]
Port = Annotated[int, Field(ge=0, le=65535)]
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _check_network(word: str) -> str:
    parse_network(word)
    return word


NetworkWord = Annotated[str, AfterValidator(_check_network)]


class Design(StrEnum):
    """How a request becomes a share.

    spool: a record, a message and a processor. blocking: the connector is called inside the request. in-process: the
    API answers at once, and a task of its own process carries on.
    """

    SPOOL = "spool"
    BLOCKING = "blocking"
    IN_PROCESS = "in-process"


class ApiSettings(TomlTable):
    """The API. conflict_status: 409, or the 400 of the original design note. retry_after: hint to pollers.

    longest_wait: the longest that a request waits that prefers to (`Prefer: wait=N`); below the gateway's `read`.
    event_poll: interval between looks for what event streams and waiting requests wait for. streams: at once.
    cancel_pending: a delete of a pending share is accepted, and ends its create. processes: how many of it a run starts
    (`api`, `api-2`, ...); `pipeline serve` starts one each time.
    """

    host: str = "127.0.0.1"
    port: Port = 0
    conflict_status: Annotated[int, Field(ge=400, le=409)] = 409
    retry_after: Seconds = 1.0
    key_lifetime: Seconds = 86_400.0
    longest_wait: Seconds = 4.0
    event_poll: Seconds = 0.1
    streams: Annotated[int, Field(ge=1)] = 200
    cancel_pending: bool = False
    processes: Annotated[int, Field(ge=1)] = 1


class AuthMode(StrEnum):
    """How clients are known. none: they are not, and whoever reaches the API may do all that it offers."""

    TOKEN = "token"  # noqa: S105 - a word
    CERTIFICATE = "certificate"
    NONE = "none"


class Algorithm(StrEnum):
    """A signature by a private key. None that is symmetric: whoever checks those could make them."""

    RS256 = "RS256"
    RS384 = "RS384"
    RS512 = "RS512"
    PS256 = "PS256"
    PS384 = "PS384"
    PS512 = "PS512"
    ES256 = "ES256"
    ES384 = "ES384"
    ES512 = "ES512"
    ED25519 = "Ed25519"
    EDDSA = "EdDSA"


class AuthSettings(TomlTable):
    """Who may use the API. mode: a served API needs one, and `none` has to be said.

    token: bearer tokens (JWT) of `issuer` for `audience`, signed with one of `algorithms` by a key of `jwks`, a file or
    an `https:` URL, which is read again after `refresh`. `tenant_claim` names the tenant; a token whose `scope` has
    `operator_scope` is an operator's, who sees all tenants. leeway: how far clocks may differ.

    certificate: TLS client certificates that `client_ca` signed; the common name is the tenant, or one of `operators`.
    certificate, key: the API's own, for TLS in either mode.
    """

    mode: AuthMode | None = None
    jwks: str | None = None
    issuer: str | None = None
    audience: str | None = None
    algorithms: tuple[Algorithm, ...] = (Algorithm.RS256, Algorithm.PS256, Algorithm.ES256, Algorithm.ED25519)
    leeway: Duration = 30.0
    refresh: Seconds = 300.0
    tenant_claim: str = "tenant"
    operator_scope: str = "spoolproof:operate"
    operators: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None

    @property
    def fault(self) -> str | None:
        """What of this does not fit together, where an API is served."""
        match self.mode:
            case None:
                return (
                    'mode: say how clients are known: "token" or "certificate"; "none" lets anybody do anything who '
                    "reaches the API"
                )
            case AuthMode.TOKEN if None in {self.jwks, self.issuer, self.audience}:
                return "mode: tokens need jwks, issuer and audience"
            case AuthMode.CERTIFICATE if None in {self.certificate, self.client_ca}:
                return "mode: client certificates need certificate and client_ca"
            case _ if self.jwks is not None and self.jwks.startswith("http:") and not _is_loopback(self.jwks):
                return "jwks: keys are read over https: only"
            case _:
                return None


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in _LOOPBACK


class LimitsSettings(TomlTable):
    """How much may be asked. rate, burst: requests of one tenant, a second and at once; beyond them 429. Where
    clients are not known there is no such limit. waiting: shares on their way, and under_way: requests being answered,
    beyond which creates and changes, or all requests, are refused with 503. 0: no limit."""

    rate: Annotated[float, Field(ge=0)] = 100.0
    burst: Annotated[int, Field(ge=1)] = 200
    waiting: Annotated[int, Field(ge=0)] = 100_000
    under_way: Annotated[int, Field(ge=0)] = 2048


Tenant = Annotated[str, Field(pattern=f"^{TENANT_NAME.pattern}$")]


class QuotaTable(TomlTable):
    """How much one tenant may have, where it is not what every tenant may. 0: no limit."""

    shares: Annotated[int, Field(ge=0)] | None = None
    bytes: Annotated[int, Field(ge=0)] | None = None


class QuotasSettings(TomlTable):
    """How much each tenant may have; beyond it creates and resizes are refused with 403. shares: records in whatever
    state, until they are gone. bytes: of all of them; a share that is being changed counts with the larger of its two
    sizes. 0: no limit. tenants: other limits of single tenants, by their names. Where `auth.mode` is `none`, the tenant
    is whom `X-Tenant` names."""

    shares: Annotated[int, Field(ge=0)] = 10_000
    bytes: Annotated[int, Field(ge=0)] = 2**50
    tenants: dict[Tenant, QuotaTable] = Field(default_factory=dict)

    @property
    def of_tenants(self) -> Quotas:
        """As stores take them."""
        own = {name: self._quota(table.shares, table.bytes) for name, table in self.tenants.items()}
        return Quotas(default=self._quota(None, None), tenants=own)

    def _quota(self, shares: int | None, size: int | None) -> Quota:
        return Quota(
            shares=(self.shares if shares is None else shares) or None,
            bytes=(self.bytes if size is None else size) or None,
        )


class BlockingSettings(TomlTable):
    """The blocking design. bound: the longest that a request waits for its cluster, including the wait for a slot.

    wait: the longest wait for a slot; a command that would wait longer is not sent (None: up to the bound).
    """

    bound: Seconds = 4.0
    wait: Seconds | None = None


class GatewaySettings(TomlTable):
    """The reverse proxy in front of the API. read: limit of one wait for bytes; total: limit of the whole request.

    tries: how often a request is passed on at most: again after a connection that was not made, and, where it is
    idempotent, after a timeout or a connection that broke. non_idempotent: POST and PATCH as well, which may then be
    done twice. access_log: a file to which each request that was not answered at the first try is appended, as a line
    of JSON.

    upstream: the API's URL, or those of several, which are asked in turn: with `tries = 2` a request that one did not
    take goes to the next. None: that of the API in the same process.
    """

    host: str = "127.0.0.1"
    port: Port = 0
    upstream: str | Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    connect: Seconds = 1.0
    read: Seconds = 5.0
    total: Seconds = 6.0
    max_connections: Annotated[int, Field(ge=1)] = 256
    tries: Annotated[int, Field(ge=1, le=100)] = 1
    non_idempotent: bool = False
    access_log: OutputPath | None = None


class CommandSettings(TomlTable):
    """How long each phase of a connector command may take, and how many connections a cluster gets.

    whole: how long a share may be half-made after its create was answered as done, for arrays that finish creates in
    the background; it is looked at until then, and cleaned up after it.
    """

    connect: Seconds = 2.0
    login: Seconds = 3.0
    channel: Seconds = 2.0
    command: Seconds = 10.0
    connections: Annotated[int, Field(ge=1)] = 4
    sessions: Annotated[int, Field(ge=1, description="channels at once on one connection")] = 8
    skew: Duration = 0.25
    whole: Duration = 10.0

    @property
    def total(self) -> float:
        """Seconds for all phases of one command."""
        return self.connect + self.login + self.channel + self.command


class RetrySettings(TomlTable):
    """Exponential backoff with full jitter, for tries and for looks without a result: a wait is uniform in
    (0, min(longest, first * 2**(attempt - 1))).

    budget: retries of a cluster that each first try allows, beside `floor` a second; what is over waits for another
    backoff. None: no bound. Answers of the cluster fill the budget too; burst: the most that is saved up.
    """

    attempts: Annotated[int, Field(ge=1)] = 5
    first: Seconds = 0.5
    longest: Seconds = 10.0
    budget: Annotated[float, Field(ge=0, le=10)] | None = None
    floor: Annotated[float, Field(gt=0)] = 1.0
    burst: Annotated[int, Field(ge=1)] = 20


class BreakerSettings(TomlTable):
    """After `failures` outages in a row no command is sent to a cluster for `pause` seconds; no attempts are used up.

    A cluster that answers `busy` gets half as many commands at once, down to one, then none for `pause` seconds.
    """

    failures: Annotated[int, Field(ge=1)] = 5
    pause: Seconds = 2.0


class SweeperSettings(TomlTable):
    """The sweeper. every: interval between lists of a cluster. grace: minimum age of a share whose record was removed.

    at_most: the most such shares that it deletes in one sweep of a cluster. If there are more, it deletes none and
    reports all as held back, until an operator raises this limit and restarts the processor.
    """

    every: Seconds = 5.0
    grace: Seconds = 5.0
    at_most: Annotated[int, Field(ge=0)] = 10


class ReconcilerSettings(TomlTable):
    """The reconciler. every: interval between its rounds in a processor; without it, it runs only when it is called.

    apply: its rounds mend what they may, and do not only report. grace: how long work may be due before it is reported
    as unhinted. pause: after each thing that it mends.
    """

    every: Seconds | None = None
    apply: bool = False
    grace: Seconds = 30.0
    pause: Seconds = 0.1


class RelaySettings(TomlTable):
    """The relay, which publishes what the store holds where a broker is the spool. processes: as in `[api]`."""

    processes: Annotated[int, Field(ge=1)] = 1


class ProcessorSettings(TomlTable):
    """The processor. workers: shares worked on at once, per cluster. lease must outlive all phases of one command.

    scan: interval between scans for due records. grace: how long current work may continue when the process stops.
    poison: claims of a record that end without a word, in a row, after which it is a dead letter. processes: how many
    of it a run starts (`processor`, `processor-2`, ...); `pipeline serve` starts one each time.
    """

    workers: Annotated[int, Field(ge=1)] = 16
    lease: Seconds = 30.0
    scan: Seconds = 1.0
    grace: Seconds = 3.0
    poison: Annotated[int, Field(ge=1)] = 10
    processes: Annotated[int, Field(ge=1, le=16)] = 1
    owner: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = "spool"
    seed: int = 0


class TracesSettings(TomlTable):
    """Traces, through OpenTelemetry. setup: `module:function`, called once at the start, which sets a tracer provider;
    None: nothing is traced."""

    setup: str | None = None


class LogFormat(StrEnum):
    """text: a line for people. json: an object on each line, with the trace that it belongs to."""

    TEXT = "text"
    JSON = "json"


class LogSettings(TomlTable):
    """How a process writes its log, on stderr."""

    format: LogFormat = LogFormat.TEXT


class MetricsSettings(TomlTable):
    """What the parts measure, for Prometheus. The API serves it at `/metrics`; a process without an API serves it at
    host and port, with `/livez`, where a port is given."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Port | None = None


class MailSettings(TomlTable):
    """The mail server of the notifier. host None: there is none, and mail waits. tls: from the first byte. starttls:
    whether the connection must (`true`) or must not (`false`) go over to TLS; unset: where the server offers it. ca: a
    file with the authority that signed the server's certificate, in place of the system's. user, password_file: the
    login, with the password in the first line of a file; it is sent over TLS alone, except to loopback.
    sender: the address that mail is from. In a world, `host` says that mail is sent, and the world's inbox takes it."""

    host: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 25
    tls: bool = False
    starttls: bool | None = None
    ca: Path | None = None
    user: str | None = None
    password_file: Path | None = None
    sender: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] = "spoolproof@localhost"

    @property
    def fault(self) -> str | None:
        """What of this does not fit together."""
        if (self.user is None) != (self.password_file is None):
            return "user: a login needs both user and password_file"
        if self.tls and self.starttls:
            return "starttls: with tls, TLS begins with the first byte; accepted beside it: starttls = false, or none"
        is_safe = self.tls or self.starttls or self.host in _LOOPBACK
        if self.user is not None and not is_safe:
            return "user: a password is sent over TLS alone: set tls = true, or starttls = true"
        return None


class NotifierSettings(TomlTable):
    """The notifier. enabled: whether there is one. scan: interval between looks for what is due.

    timeout: the longest that one request to a receiver may take. lease: how long an endpoint is held for one batch of
    at most at_once requests; it must outlive them. endpoints: those served at once. retries: the wait behind each try
    of a message that failed; behind the last it is given up. jitter: the share of a wait that chance may add.
    pause, longest_pause: how long an endpoint rests after a try that failed, doubled with each in a row. patience: the
    longest wait that it may ask for (Retry-After). overlap: how long an old secret signs beside a new one.
    plain_http: webhooks may have URLs without TLS. allow: networks such as `10.0.0.0/8` that may be sent to although
    they are not public. grace: how long requests may continue when the process stops.
    keep: how long what was delivered or given up is shown, and what was tried; a replay reaches further back.
    """

    enabled: bool = False
    scan: Seconds = 0.25
    timeout: Seconds = 15.0
    lease: Seconds = 60.0
    at_once: Annotated[int, Field(ge=1, le=1000)] = 8
    endpoints: Annotated[int, Field(ge=1)] = 64
    retries: tuple[Seconds, ...] = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
    jitter: Annotated[float, Field(ge=0, le=1)] = 0.1
    pause: Seconds = 1.0
    longest_pause: Seconds = 300.0
    patience: Seconds = 86_400.0
    overlap: Duration = 86_400.0
    plain_http: bool = False
    allow: tuple[NetworkWord, ...] = ()
    grace: Seconds = 3.0
    keep: Seconds = 604_800.0
    seed: int = 0
    mail: MailSettings = MailSettings()


class PartsSettings(TomlTable):
    """All parts. design: which of them there are."""

    design: Design = Design.SPOOL
    api: ApiSettings = ApiSettings()
    blocking: BlockingSettings = BlockingSettings()
    gateway: GatewaySettings = GatewaySettings()
    relay: RelaySettings = RelaySettings()
    processor: ProcessorSettings = ProcessorSettings()
    command: CommandSettings = CommandSettings()
    retry: RetrySettings = RetrySettings()
    breaker: BreakerSettings = BreakerSettings()
    sweeper: SweeperSettings = SweeperSettings()
    notifier: NotifierSettings = NotifierSettings()
    reconciler: ReconcilerSettings = ReconcilerSettings()

    @property
    def too_short_a_lease(self) -> str | None:
        """What is wrong with the lease, where there is a processor that would work on a share after it has ended."""
        lease, total = self.processor.lease, self.command.total
        if self.design is not Design.SPOOL or lease > total:
            return None
        return f"{lease:g} s must be longer than all phases of one command, {total:g} s"


class PipelineSettings(PartsSettings):
    """A pipeline at its place. store: path of the SQLite file, or URL of a PostgreSQL database
    (`postgresql://USER@HOST/DATABASE`; its password from PGPASSWORD or ~/.pgpass). targets: the clusters' address file.

    spool: URL of a NATS server with JetStream (`nats://HOST:PORT`), or of the nodes of a cluster, with commas between;
    None: messages stay in the store.
    """

    store: StorePlace = Path("spoolproof.db")
    spool: BrokerUrls | None = None
    targets: OutputPath | None = None
    auth: AuthSettings = AuthSettings()
    limits: LimitsSettings = LimitsSettings()
    quotas: QuotasSettings = QuotasSettings()
    metrics: MetricsSettings = MetricsSettings()
    traces: TracesSettings = TracesSettings()
    log: LogSettings = LogSettings()
