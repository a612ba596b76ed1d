"""The settings of the reference pipeline: one table per part, each with its defaults. Durations are seconds.

pipeline.py   all parts, and a pipeline at its place
design.py     how a request becomes a share
http.py       the API, and the gateway in front of it
auth.py       who may use the API
limits.py     how much may be asked, and had
processor.py  what works on records: relay, processor, commands, retries, breaker, sweeper, reconciler
notifier.py   the notifier and its mail
observing.py  metrics, traces and log
fields.py     what several of them are made of
"""

from pipeline.settings.auth import AuthMode, AuthSettings
from pipeline.settings.design import BlockingSettings, Design
from pipeline.settings.http import ApiSettings, GatewaySettings
from pipeline.settings.limits import LimitsSettings, QuotasSettings, QuotaTable
from pipeline.settings.notifier import MailSettings, NotifierSettings
from pipeline.settings.observing import LogFormat, LogSettings, MetricsSettings, TracesSettings
from pipeline.settings.pipeline import PartsSettings, PipelineSettings
from pipeline.settings.processor import (
    BreakerSettings,
    CommandSettings,
    ProcessorSettings,
    ReconcilerSettings,
    RelaySettings,
    RetrySettings,
    SweeperSettings,
)

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
    "ReconcilerSettings",
    "RelaySettings",
    "RetrySettings",
    "SweeperSettings",
    "TracesSettings",
]
