"""The settings of all parts, and of a pipeline at its place."""

from pathlib import Path

from connector.output_files import OutputPath
from connector.table import TomlTable
from pipeline.settings.auth import AuthSettings
from pipeline.settings.design import BlockingSettings, Design
from pipeline.settings.http import ApiSettings, GatewaySettings
from pipeline.settings.limits import LimitsSettings, QuotasSettings
from pipeline.settings.notifier import NotifierSettings
from pipeline.settings.observing import LogSettings, MetricsSettings, TracesSettings
from pipeline.settings.processor import (
    BreakerSettings,
    CommandSettings,
    ProcessorSettings,
    ReconcilerSettings,
    RelaySettings,
    RetrySettings,
    SweeperSettings,
)
from pipeline.store.place import BrokerUrls, StorePlace

__all__ = ["PartsSettings", "PipelineSettings"]


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

    @property
    def given_quotas(self) -> QuotasSettings | None:
        """Those that were set; None: nothing was said of quotas."""
        return self.quotas if "quotas" in self.model_fields_set else None
