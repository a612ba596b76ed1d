"""The settings of the reference pipeline that a scenario holds, for another design, and on other ports."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import Field

from connector.table import TomlTable
from connector.toml_lines import KeyPath
from connector.values import replace
from harness.errors import NotReference
from harness.scenario.roles import Role, part_names, processes_by_role
from harness.scenario.scenario import Scenario
from pipeline.designs.table import parts_of
from pipeline.errors import SettingsError
from pipeline.record import LARGEST_SIZE
from pipeline.settings import (
    AuthMode,
    AuthSettings,
    Design,
    LimitsSettings,
    MailSettings,
    MetricsSettings,
    PartsSettings,
    PipelineSettings,
    QuotasSettings,
)

__all__ = [
    "PIPELINE_READER",
    "in_front_of",
    "logging_to",
    "notifying",
    "on_ports",
    "open_to_all",
    "processes_of",
    "settings_of",
    "with_design",
    "with_processors",
]


_NO_LIMITS = QuotasSettings(shares=0, bytes=0)


class PipelineTables(PartsSettings):
    """The reference pipeline: its design, and its settings, one table per part."""

    design: Design = Field(default=Design.SPOOL, description="how a request becomes a share")
    quotas: QuotasSettings = _NO_LIMITS


class ReferenceReader:
    """A `PipelineReader`."""

    largest_size = LARGEST_SIZE
    tables = PipelineTables

    def settings(self, table: TomlTable) -> PipelineSettings:
        return PipelineSettings(**dict(table))

    def complaints(self, table: TomlTable) -> Iterator[tuple[KeyPath, str]]:
        assert isinstance(table, PipelineTables)
        if (fault := table.too_short_a_lease) is not None:
            yield ("processor", "lease"), fault


PIPELINE_READER = ReferenceReader()


def settings_of(scenario: Scenario) -> PipelineSettings:
    """All settings of a scenario about the reference pipeline. Raises `NotReference` for one about another service."""
    if scenario.service is not None:
        raise NotReference(f"{scenario.name}: needs the reference pipeline; its service is of kind {scenario.design!r}")
    assert isinstance(scenario.pipeline, PipelineSettings), "no other settings are read from a scenario"
    return scenario.pipeline


def with_design(scenario: Scenario, design: str) -> Scenario:
    """The same scenario for another design. Raises `SettingsError` where that cannot run with its settings."""
    settings = settings_of(scenario).model_copy(update={"design": Design(design)})
    if (fault := settings.too_short_a_lease) is not None:
        raise SettingsError(f"{scenario.name}: pipeline.processor.lease: {fault}")
    return replace(scenario, pipeline=settings)


def with_processors(scenario: Scenario, processes: int) -> Scenario:
    """The same scenario with so many processors."""
    settings = settings_of(scenario)
    processor = settings.processor.model_copy(update={"processes": processes})
    return replace(scenario, pipeline=settings.model_copy(update={"processor": processor}))


def processes_of(settings: PipelineSettings) -> tuple[str, ...]:
    """The processes that a run of the design has, by their names."""
    return part_names([Role(part) for part in parts_of(settings)], processes_by_role(settings))


def on_ports(settings: PipelineSettings, *, api: int, gateway: int) -> PipelineSettings:
    """The settings with these ports."""
    return settings.model_copy(
        update={
            "api": settings.api.model_copy(update={"port": api}),
            "gateway": settings.gateway.model_copy(update={"port": gateway}),
        }
    )


def open_to_all(settings: PipelineSettings) -> PipelineSettings:
    """The settings of parts in a world: whoever reaches them may ask and have what they like, unless quotas are set,
    and nothing is measured."""
    limits = LimitsSettings(rate=0, waiting=0, under_way=0)
    update = {
        "auth": AuthSettings(mode=AuthMode.NONE),
        "limits": limits,
        "quotas": settings.given_quotas or _NO_LIMITS,
        "metrics": MetricsSettings(enabled=False),
    }
    return settings.model_copy(update=update)


def notifying(
    settings: PipelineSettings, *, inside: str | None = None, mail: tuple[str, int] | None = None
) -> PipelineSettings:
    """The settings of a notifier whose receivers are of the same world. inside: their network, where it is not public.
    mail: host and port of the world's inbox; None: there is none."""
    sender = settings.notifier.mail.sender
    own = MailSettings() if mail is None else MailSettings(host=mail[0], port=mail[1], sender=sender)
    update = {"plain_http": True, "allow": () if inside is None else (inside,), "mail": own}
    return settings.model_copy(update={"notifier": settings.notifier.model_copy(update=update)})


def in_front_of(settings: PipelineSettings, urls: Sequence[str]) -> PipelineSettings:
    """The settings of a gateway to these URLs."""
    return settings.model_copy(update={"gateway": settings.gateway.model_copy(update={"upstream": tuple(urls)})})


def logging_to(settings: PipelineSettings, path: Path | None) -> PipelineSettings:
    """The settings of a gateway that writes down the tries of its requests there."""
    return settings.model_copy(update={"gateway": settings.gateway.model_copy(update={"access_log": path})})
