"""The reference pipeline as a service under test: nothing else in the harness knows it, but its seeded bugs.

A door and no more: what it is made of is in `_reference/`. The pipeline's own names that it hands on are what the fast
path of the model world plays on a clock of its own, so that no rule stands twice.
"""

from harness.service._reference.calls import CallUpstream, call_api, call_gateway, call_store
from harness.service._reference.database import grant_rights, migrate_database, rights_statements
from harness.service._reference.document import api_document, api_document_json
from harness.service._reference.failpoints import CallFailpoints
from harness.service._reference.gateway_log import read_gateway_line
from harness.service._reference.in_process import run_part
from harness.service._reference.logs import changes_of, commands_of
from harness.service._reference.memory_store import MemoryStore
from harness.service._reference.notices import NoticeInbox, NoticeLog
from harness.service._reference.operator import Operator
from harness.service._reference.reconcile import reconcile_pipeline
from harness.service._reference.rows import CallStore
from harness.service._reference.serve import PartsToServe
from harness.service._reference.service import OnTheWay, ReferenceService, as_it_is, url_of
from harness.service._reference.settings import (
    PIPELINE_READER,
    in_front_of,
    logging_to,
    notifying,
    on_ports,
    open_to_all,
    processes_of,
    settings_of,
    with_design,
    with_processors,
)
from harness.service._reference.settings_file import write_settings
from harness.service._reference.spool_faults import DeliveryFaults
from harness.service._reference.store_faults import StoreFaults
from harness.service.reference_api import ReferenceApi
from pipeline.errors import PipelineError, SettingsError, StoreUnavailableError
from pipeline.kinds.fields import is_client
from pipeline.kinds.kind import Kind
from pipeline.kinds.table import KINDS
from pipeline.marks import Marks
from pipeline.numbering import next_sequence, request_id
from pipeline.overrides import Overrides, load_overrides
from pipeline.problems import catalogue
from pipeline.processor.backoff import pause_of_sweep
from pipeline.processor.cluster import Cluster
from pipeline.processor.learning import patience as learned_patience
from pipeline.processor.leased_claim import LeasedClaim, holding
from pipeline.processor.processor import Table, deadlines_of, worker_of
from pipeline.processor.sweeper import Sweeper
from pipeline.record import AttemptRow, EventRow, Message, NewShare, ShareRecord
from pipeline.settings import Design, GatewaySettings, PipelineSettings, RetrySettings
from pipeline.spool.memory_broker import MemoryBroker
from pipeline.states import ShareState
from pipeline.store.acceptances import StoredAnswer
from pipeline.store.connection import new_identity
from pipeline.store.memory import MemoryTables, memory_store
from pipeline.store.protocol import ReadStore
from pipeline.store.store import Store
from pipeline.transitions import create as new_record
from pipeline.uuid7 import uuid7_of

__all__ = [
    "KINDS",
    "PIPELINE_READER",
    "AttemptRow",
    "CallFailpoints",
    "CallStore",
    "CallUpstream",
    "Cluster",
    "DeliveryFaults",
    "Design",
    "EventRow",
    "GatewaySettings",
    "Kind",
    "LeasedClaim",
    "Marks",
    "MemoryBroker",
    "MemoryStore",
    "MemoryTables",
    "Message",
    "NewShare",
    "NoticeInbox",
    "NoticeLog",
    "OnTheWay",
    "Operator",
    "Overrides",
    "PartsToServe",
    "PipelineError",
    "PipelineSettings",
    "ReadStore",
    "ReferenceApi",
    "ReferenceService",
    "RetrySettings",
    "SettingsError",
    "ShareRecord",
    "ShareState",
    "Store",
    "StoreFaults",
    "StoreUnavailableError",
    "StoredAnswer",
    "Sweeper",
    "Table",
    "api_document",
    "api_document_json",
    "as_it_is",
    "call_api",
    "call_gateway",
    "call_store",
    "catalogue",
    "changes_of",
    "commands_of",
    "deadlines_of",
    "grant_rights",
    "holding",
    "in_front_of",
    "is_client",
    "learned_patience",
    "load_overrides",
    "logging_to",
    "memory_store",
    "migrate_database",
    "new_identity",
    "new_record",
    "next_sequence",
    "notifying",
    "on_ports",
    "open_to_all",
    "pause_of_sweep",
    "processes_of",
    "read_gateway_line",
    "reconcile_pipeline",
    "request_id",
    "rights_statements",
    "run_part",
    "settings_of",
    "url_of",
    "uuid7_of",
    "with_design",
    "with_processors",
    "worker_of",
    "write_settings",
]
