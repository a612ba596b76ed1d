"""The service under test of a live world: its processes, and what is made of them when the run's clock is known."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from connector.clock import steady_clock
from connector.http_server import http_server
from connector.targets import Target, write_targets
from connector.values import replace
from harness.collect.clock import RunClock
from harness.errors import MissingPart
from harness.http_client import OpenHttpClient, open_httpx
from harness.live.crash_points import FileFailpoints, stopping
from harness.live.foreign import open_foreign_parts
from harness.live.foreign_gateway import open_in_front
from harness.live.gateways.access_log import AccessLog
from harness.live.gateways.gateway import access_log
from harness.live.part_command import PartCommand
from harness.live.process import PartProcess
from harness.live.reference_parts import open_reference_parts
from harness.live.spawned import StartProcess
from harness.real.programs import HOST
from harness.run.hops import commander_of
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.scenario.service_spec import ServiceSpec
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_kind import StoreKind
from harness.servers.mail_inbox import MailInbox, serve_mail
from harness.servers.nats import serve_nats
from harness.servers.postgres import serve_postgres
from harness.servers.process import ServerProcess
from harness.servers.webhook_inbox import WebhookInbox
from harness.service.first_answer import await_first_answer
from harness.service.foreign import ForeignService, open_sheet
from harness.service.foreign_files import write_cluster_files
from harness.service.parts import Restartable
from harness.service.receiver import NoticeReceiver
from harness.service.reference import (
    NoticeInbox,
    NoticeLog,
    PipelineSettings,
    ReferenceService,
    notifying,
    settings_of,
    url_of,
)
from harness.service.service import Service
from harness.toxics.links import GATEWAY_API
from harness.toxics.relays import Relays

__all__ = ["LiveService", "open_service"]

_TARGETS = "clusters.json"
"""The clusters' address file."""
_INBOX = "/inbox"
_ADDRESS = "inbox@localhost"
_PATIENCE = 10.0
"""Seconds for one answer of the API to the harness itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveService:
    """parts: by name. on: the service, of a run with this clock. open_http: how its clients connect. gateway_log: of
    the gateway in front of it, if it keeps one. servers: of its store and its spool. receivers: the inboxes beside it.
    """

    parts: Mapping[str, PartProcess]
    on: Callable[[RunClock], Service]
    open_http: OpenHttpClient = open_httpx
    gateway_log: AccessLog | None = None
    failpoints: FileFailpoints | None = None
    servers: Mapping[str, Restartable] = field(default_factory=dict)
    receivers: Sequence[NoticeReceiver] = ()


@asynccontextmanager
async def open_service(
    scenario: Scenario,
    directory: Path,
    targets: Sequence[Target],
    *,
    seed: int,
    relays: Relays,
    known_hosts: str,
    commands: Mapping[str, PartCommand],
    logs: Path,
    store_folder: Path,
    start: StartProcess,
    receiving: bool = False,
) -> AsyncIterator[LiveService]:
    """Start the scenario's service; end it when the context ends.

    directory: the run's own. store_folder: for the reference pipeline's store. targets, known_hosts: where it finds its
    clusters. logs: for what its parts print. commands, start: see `open_reference_parts`. receiving: there are
    inboxes, though it may notify nobody. Raises `ServiceUnavailable` where it does not come up.
    """
    settings = None if scenario.service is not None else _settings(scenario, directory, targets, seed)
    async with _receivers(settings, always=receiving) as receivers:
        if settings is not None:
            opened = _reference(
                scenario,
                settings,
                directory,
                relays,
                commands,
                receivers=receivers,
                logs=logs,
                store_folder=store_folder,
                start=start,
            )
        else:
            assert scenario.service is not None
            opened = _foreign(scenario, scenario.service, directory, targets, known_hosts, relays=relays, logs=logs)
        async with opened as service:
            yield replace(service, receivers=receivers.all)


@asynccontextmanager
async def _reference(
    scenario: Scenario,
    settings: PipelineSettings,
    directory: Path,
    relays: Relays,
    commands: Mapping[str, PartCommand],
    *,
    receivers: "_Receivers",
    logs: Path,
    store_folder: Path,
    start: StartProcess,
) -> AsyncIterator[LiveService]:
    kept = store_folder != directory
    to_api = partial(relays.through_url, GATEWAY_API)
    kind = scenario.gateway_kind or GatewayKind.BUILTIN
    failpoints = None
    if any(step.selector.site for step in scenario.nemesis):
        failpoints = FileFailpoints(directory)
        commands = {part: stopping(commands.get(part, PartCommand())) for part in scenario.parts}
    async with (
        _store(scenario.store, store_folder, kept=kept) as (store, database),
        _spool(scenario.spool) as (spool, broker),
        open_reference_parts(
            notifying(settings, inside="127.0.0.0/8", mail=receivers.mail).model_copy(
                update={"store": store, "spool": spool}
            ),
            directory,
            commands,
            logs=logs,
            on_the_way=to_api,
            gateway=kind,
            start=start,
        ) as parts,
        open_httpx(url_of(parts[Role.API]), connect=_PATIENCE, patience=_PATIENCE) as http,
    ):
        commander = commander_of(settings.design)
        notices = NoticeLog(http) if settings.notifier.enabled else None
        if notices is not None:
            for inbox, target, receiver in receivers.inboxes:
                await notices.register(inbox, target, receiver=receiver, anew=kept)
        yield LiveService(
            parts=parts,
            on=lambda clock: ReferenceService(
                parts, http, clock, commander=commander, notices=notices, cancels=settings.api.cancel_pending
            ),
            gateway_log=access_log(kind, settings.gateway, logs),
            failpoints=failpoints,
            servers={server.part: server for server in (database, broker) if server is not None},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Receivers:
    """inboxes: of notices, each with where the notifier finds it, and the name that what comes there bears. mail: host
    and port. all: whatever is open."""

    inboxes: Sequence[tuple[NoticeInbox, str, str]] = ()
    mail: tuple[str, int] | None = None
    all: Sequence[NoticeReceiver] = ()


@asynccontextmanager
async def _receivers(settings: PipelineSettings | None, *, always: bool) -> AsyncIterator[_Receivers]:
    """Those of notices, where somebody is notified: by webhook, and by mail where the settings name a mail server.

    always: both are open all the same, mail where its library is there.
    """
    notifies = settings is not None and settings.notifier.enabled
    mailed = notifies and settings is not None and settings.notifier.mail.host is not None
    if not (notifies or always):
        yield _Receivers()
        return
    clock = steady_clock(asyncio.get_running_loop())
    webhooks = WebhookInbox(clock)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(http_server(webhooks))
        inboxes: list[tuple[NoticeInbox, str, str]] = [(webhooks, f"{url}{_INBOX}", _INBOX)]
        receivers = [NoticeReceiver(inbox=webhooks, address=f"{url}{_INBOX}")]
        mail, mails = None, MailInbox(clock)
        if mailed or always:
            with suppress(*(() if mailed else (MissingPart,))):
                mail = HOST, await stack.enter_async_context(serve_mail(mails))
                receivers.append(NoticeReceiver(inbox=mails, address=f"{HOST}:{mail[1]}"))
        if mailed:
            inboxes.append((mails, f"mailto:{_ADDRESS}", _ADDRESS))
        yield _Receivers(inboxes=inboxes if notifies else (), mail=mail, all=receivers)


@asynccontextmanager
async def _foreign(
    scenario: Scenario,
    spec: ServiceSpec,
    directory: Path,
    targets: Sequence[Target],
    known_hosts: str,
    *,
    relays: Relays,
    logs: Path,
) -> AsyncIterator[LiveService]:
    sheet = open_sheet(spec.sheet, beside=spec.beside)
    locations = [target.name for target in targets]
    lasting = directory if spec.keys is None else spec.beside / spec.keys
    clusters = write_cluster_files(lasting, targets, known_hosts)
    async with (
        open_foreign_parts(spec, directory, clusters, logs=logs) as (url, own),
        sheet.open_http(url, connect=_PATIENCE, patience=_PATIENCE) as http,
        open_in_front(scenario.gateway, url, relays, directory, logs) as (entry, front),
    ):
        parts = {**own, **front}
        now = RunClock.starting_in(0.0, steady_clock(asyncio.get_running_loop()))
        first = ForeignService(sheet, url, parts, http=http, clock=now, locations=locations)
        await await_first_answer(first, http, parts.values(), locations[0])
        yield LiveService(
            parts=parts,
            on=lambda clock: ForeignService(sheet, entry, parts, http=http, clock=clock, locations=locations),
            open_http=sheet.open_http,
            gateway_log=None if scenario.gateway is None else access_log(scenario.gateway.kind, scenario.gateway, logs),
        )


@asynccontextmanager
async def _store(
    kind: StoreKind, folder: Path, *, kept: bool
) -> AsyncIterator[tuple[Path | str, ServerProcess | None]]:
    """Where the pipeline finds its store, which has a server while the context lasts if it needs one. kept: what is in
    the folder stays."""
    if kind is StoreKind.SQLITE:
        yield folder / "pipeline.db", None
        return
    async with serve_postgres(folder / "postgresql" if kept else None) as server:
        yield server.url(), server.process


@asynccontextmanager
async def _spool(kind: SpoolKind) -> AsyncIterator[tuple[str | None, ServerProcess | None]]:
    """The URL of the broker, which runs while the context lasts; None: messages wait in the store."""
    if kind is SpoolKind.STORE:
        yield None, None
        return
    async with serve_nats() as server:
        yield server.url, server.process


def _settings(scenario: Scenario, directory: Path, targets: Sequence[Target], seed: int) -> PipelineSettings:
    write_targets(directory / _TARGETS, list(targets))
    given = settings_of(scenario)
    processor = given.processor.model_copy(update={"seed": seed})
    return given.model_copy(update={"targets": directory / _TARGETS, "processor": processor})
