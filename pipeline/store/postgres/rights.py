"""Who may do what to the tables: one matrix, from which the grants are made and by which they are tested.

The database itself then holds that the API accepts and never activates or removes, that nobody changes or removes an
event, and that a reader changes nothing. Accounts of parts are members of these roles; the owner of the tables, who
applies the migrations, is bound by none of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.states import ShareState
from pipeline.store.postgres.connecting import Connection

__all__ = ["RIGHTS", "STATES", "DatabaseRole", "Rights", "grant", "statements"]


class DatabaseRole(StrEnum):
    """What an account does. api: accepts and reads. processor: carries out. notifier: tells. reader: looks. relay:
    publishes."""

    API = "api"
    PROCESSOR = "processor"
    NOTIFIER = "notifier"
    READER = "reader"
    RELAY = "relay"

    @property
    def account(self) -> str:
        """Its name in the database."""
        return f"spoolproof_{self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """On one table. update: the columns; None: all; empty: no right to."""

    select: bool = True
    insert: bool = False
    update: tuple[str, ...] | None = ()
    delete: bool = False


_CHANGED_BY_API = (
    *("state", "operation", "size", "spec_hash", "generation", "attempt", "deferrals", "due_at", "reason"),
    *("last_error", "updated_at", "part", "owner", "lease_until"),
)
_OWED = ("state", "attempt", "due_at", "ended_at")
_READS, _NOTHING = Rights(), Rights(select=False)
_APPENDS = Rights(insert=True)
_TAKES = Rights(update=("visible_at", "taken_by", "deliveries", "ending", "ended_at"))

RIGHTS: Mapping[str, Mapping[DatabaseRole, Rights]] = {
    "shares": {
        DatabaseRole.API: Rights(insert=True, update=_CHANGED_BY_API),
        DatabaseRole.PROCESSOR: Rights(update=None, delete=True),
        DatabaseRole.RELAY: _NOTHING,
    },
    "messages": {
        DatabaseRole.API: Rights(insert=True),
        DatabaseRole.PROCESSOR: _TAKES,
        DatabaseRole.RELAY: _TAKES,
    },
    "events": {
        DatabaseRole.API: _APPENDS,
        DatabaseRole.PROCESSOR: _APPENDS,
        DatabaseRole.RELAY: _NOTHING,
    },
    "attempts": {
        DatabaseRole.API: _READS,
        DatabaseRole.PROCESSOR: Rights(insert=True, update=("ended_at", "result", "code", "site", "message", "reply")),
        DatabaseRole.RELAY: _NOTHING,
    },
    "keys": {
        DatabaseRole.API: Rights(insert=True, update=None, delete=True),
        DatabaseRole.PROCESSOR: _NOTHING,
        DatabaseRole.NOTIFIER: _NOTHING,
        DatabaseRole.READER: _NOTHING,  # they hold answers of other people's requests
        DatabaseRole.RELAY: _NOTHING,
    },
    "findings": {
        DatabaseRole.API: _READS,
        DatabaseRole.PROCESSOR: Rights(insert=True, delete=True),
        DatabaseRole.RELAY: _NOTHING,
    },
    "holds": {
        DatabaseRole.API: Rights(insert=True, update=("kind", "reason", "who", "since", "until"), delete=True),
        DatabaseRole.PROCESSOR: _READS,
        DatabaseRole.RELAY: _NOTHING,
    },
    "endpoints": {
        DatabaseRole.API: Rights(
            insert=True, update=("secret", "old_secret", "old_until", "disabled", "failures", "due_at"), delete=True
        ),
        DatabaseRole.PROCESSOR: _NOTHING,
        DatabaseRole.NOTIFIER: Rights(
            update=("disabled", "cursor", "failures", "due_at", "owner", "lease_until", "fence")
        ),
        DatabaseRole.READER: _NOTHING,  # they hold secrets
        DatabaseRole.RELAY: _NOTHING,
    },
    "deliveries": {
        DatabaseRole.API: Rights(insert=True, update=_OWED, delete=True),
        DatabaseRole.NOTIFIER: Rights(insert=True, update=_OWED, delete=True),
        DatabaseRole.RELAY: _NOTHING,
    },
    "notice_attempts": {
        DatabaseRole.NOTIFIER: Rights(insert=True, update=("ended_at", "status", "error"), delete=True),
        DatabaseRole.RELAY: _NOTHING,
    },
    "identity": {DatabaseRole.API: _READS, DatabaseRole.PROCESSOR: _READS},
    "migrations": {DatabaseRole.API: _READS, DatabaseRole.PROCESSOR: _READS},
}
"""By table; a reader reads where nothing else is said."""

STATES: Mapping[DatabaseRole, tuple[frozenset[ShareState], frozenset[ShareState]]] = {
    DatabaseRole.API: (frozenset({ShareState.PENDING}), frozenset({ShareState.UPDATING, ShareState.DELETING})),
    DatabaseRole.PROCESSOR: (frozenset(), frozenset(ShareState)),
}
"""The states in which a role may make a record, and into which it may bring one."""


def rights_of(table: str, role: DatabaseRole) -> Rights:
    """The matrix, with what it does not say."""
    return RIGHTS[table].get(role, _READS)


def statements() -> Iterator[str]:
    """What makes the roles, and gives them these rights and no others. May be run again."""
    for role in DatabaseRole:
        yield _ROLE.format(role=role.account)
    for table in RIGHTS:
        for role in DatabaseRole:
            yield f"REVOKE ALL ON {table} FROM {role.account}"
            yield from _grants(table, role)
    yield f"GRANT EXECUTE ON FUNCTION requeue_dead TO {DatabaseRole.API.account}"
    yield "ALTER TABLE shares ENABLE ROW LEVEL SECURITY"
    for role in DatabaseRole:
        yield from _policies(role)


async def grant(connection: Connection) -> None:
    """Run them, all or none."""
    async with connection.transaction():
        for statement in statements():
            await connection.execute(statement)


async def renew(connection: Connection) -> bool:
    """Run them where the roles were given rights before; whether they were."""
    accounts = [role.account for role in DatabaseRole]
    if not await connection.fetchval(_ARE_GIVEN, accounts):
        return False
    await grant(connection)
    return True


_ARE_GIVEN = """\
SELECT EXISTS (
    SELECT FROM pg_roles WHERE rolname = ANY($1) AND has_table_privilege(oid, 'shares', 'SELECT')
)"""

_ROLE = """\
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN RETURN; END IF;
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$"""


def _grants(table: str, role: DatabaseRole) -> Iterator[str]:
    rights = rights_of(table, role)
    verbs = [verb for verb in ("select", "insert", "delete") if getattr(rights, verb)]
    if rights.update is None:
        verbs.append("update")
    elif rights.update:
        verbs.append(f"update ({', '.join(rights.update)})")
    if verbs:
        yield f"GRANT {', '.join(verbs)} ON {table} TO {role.account}"


def _policies(role: DatabaseRole) -> Iterator[str]:
    """A record that is locked to be looked at may be in any state; one that is written, in those alone."""
    made, brought = STATES.get(role, (frozenset(), frozenset()))
    rules = {
        "select": "USING (true)",
        "insert": f"WITH CHECK ({_in(made)})",
        "update": f"USING (true) WITH CHECK ({_in(brought)})",
        "delete": f"USING ({_in({ShareState.FAILING, ShareState.DELETING})})",
    }
    for verb, rule in rules.items():
        name = f"{role.account}_{verb}"
        yield f"DROP POLICY IF EXISTS {name} ON shares"
        yield f"CREATE POLICY {name} ON shares FOR {verb} TO {role.account} {rule}"


def _in(states: frozenset[ShareState] | set[ShareState]) -> str:
    return f"state IN ({', '.join(repr(state.value) for state in sorted(states))})" if states else "false"
