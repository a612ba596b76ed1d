"""Checks that parts can run with their settings."""

from pipeline.designs.table import DESIGNS, parts_of
from pipeline.errors import SettingsError
from pipeline.parts import Part
from pipeline.settings import NotifierSettings, PipelineSettings

__all__ = ["check_settings"]


def check_settings(settings: PipelineSettings, parts: frozenset[Part]) -> None:
    """Raises `SettingsError` where these parts cannot run with these settings."""
    design = DESIGNS[settings.design]
    if Part.API in parts:
        _check_api(settings, parts)
    if Part.RELAY in parts and settings.spool is None:
        raise SettingsError("spool: a relay needs the URL of the broker to which it publishes")
    if lacking := parts & {Part.RELAY, Part.PROCESSOR} - set(parts_of(settings)):
        raise SettingsError(f"design: {settings.design} has no {min(lacking)}; its parts: {', '.join(design.parts)}")
    if Part.PROCESSOR in parts:
        if settings.targets is None:
            raise SettingsError("targets: a processor needs the clusters' address file")
        if (fault := settings.too_short_a_lease) is not None:
            raise SettingsError(f"processor.lease: {fault}")
    if Part.NOTIFIER in parts:
        _check_notifier(settings.notifier)
    if Part.GATEWAY in parts and Part.API not in parts and settings.gateway.upstream is None:
        raise SettingsError("gateway.upstream: a gateway without an API in its process needs the API's URL")


def _check_notifier(settings: NotifierSettings) -> None:
    if settings.lease <= settings.timeout:
        raise SettingsError(
            f"notifier.lease: {settings.lease:g} s must be longer than notifier.timeout, {settings.timeout:g} s"
        )
    if (fault := settings.mail.fault) is not None:
        raise SettingsError(f"notifier.mail.{fault}")


def _check_api(settings: PipelineSettings, parts: frozenset[Part]) -> None:
    if DESIGNS[settings.design].open is not None and settings.targets is None:
        raise SettingsError(f"targets: the API of the {settings.design} design needs the clusters' address file")
    if (fault := settings.auth.fault) is not None:
        raise SettingsError(f"auth.{fault}")
    if Part.GATEWAY in parts and settings.auth.certificate is not None:
        raise SettingsError("auth.certificate: the gateway speaks no TLS: serve the other parts without it")
