"""Migrations: linted, and applied while processes of the version before go on working."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from connector.clock import steady_clock
from pipeline.states import ShareState
from pipeline.store.postgres import migrating, opening
from pipeline.store.postgres.migrating import Migration, load_migrations
from pipeline.store.postgres.opening import open_postgres_store
from pipeline.store.queries import load_postgres_queries, read_queries
from pipeline.store.store import Store
from tests.pipeline.store.servers import a_database
from tests.pipeline.store.stores import accepted, new_share, taken

_OLD = Path(__file__).parent / "versions"
"""The SQL of earlier versions, as it was when the next migration came."""

_RULES = {
    r"\bDROP\s+(TABLE|COLUMN|FUNCTION)\b": "the version before may still use it",
    r"\bRENAME\b": "the version before knows the old name alone",
    r"\bALTER\s+COLUMN\b.*\bTYPE\b": "the table is written anew under a lock",
    r"\bSET\s+NOT\s+NULL\b": "the version before may still leave it out",
    r"\b(BEGIN|COMMIT|ROLLBACK)\s*;": "a step is one transaction, which is not its own",
    r"\bLOCK\s+TABLE\b": "nobody could work meanwhile",
    r"\bVACUUM\b|\bCONCURRENTLY\b": "cannot be done in a transaction",
}

_ACCEPTED = {
    4: ["shares: nobody could write while its index is built"] * 2,
    5: ["shares: nobody could write while its index is built"],
}
"""By number. No version before the fifth was released: where it strikes, the table is new or small."""

_UNKNOWN = read_queries("-- name: holds\nSELECT 1 WHERE false;\n")
"""What this version's code asks and an older one did not."""

_TAKES = {name: load_postgres_queries()[name] for name in ("take_message", "find_ids", "end_messages")}
"""Of what this version's code asks for several at once."""
_ONE_BY_ONE = {"end_message"}
"""What older versions asked for instead."""


def _faults(step: Migration, older: frozenset[str]) -> Iterator[str]:
    """older: the tables that were there before."""
    text = re.sub(r"--.*", "", step.text)
    for rule, why in _RULES.items():
        if re.search(rule, text, re.IGNORECASE):
            yield f"{rule}: {why}"
    for table, what in re.findall(r"ALTER\s+TABLE\s+(\w+)\s+ADD\s+(.*?);", text, re.IGNORECASE | re.DOTALL):
        if table in older and "NOT NULL" in what.upper() and "DEFAULT" not in what.upper():
            yield f"{table}: a new column without a default: the version before leaves it out"
        is_constraint = re.search(r"\b(CHECK|FOREIGN\s+KEY|UNIQUE)\b", what, re.IGNORECASE)
        if table in older and is_constraint and "NOT VALID" not in what.upper():
            yield f"{table}: a constraint is checked for all rows under a lock"
    for table in re.findall(r"CREATE\s+(?:UNIQUE\s+)?INDEX\s+\w+\s+ON\s+(\w+)", text, re.IGNORECASE):
        if table in older:
            yield f"{table}: nobody could write while its index is built"


def _tables(steps: list[Migration]) -> frozenset[str]:
    return frozenset(name for step in steps for name in re.findall(r"CREATE\s+TABLE\s+(\w+)", step.text))


@pytest.mark.parametrize("step", load_migrations()[1:], ids=lambda step: f"{step.number:04}_{step.name}")
def test_a_migration_lets_the_version_before_go_on(step: Migration) -> None:
    older = _tables([each for each in load_migrations() if each.number < step.number])
    assert [*_faults(step, older)] == _ACCEPTED.get(step.number, [])


@pytest.mark.parametrize(
    "text",
    [
        "ALTER TABLE shares DROP COLUMN size;",
        "ALTER TABLE shares RENAME COLUMN size TO bytes;",
        "ALTER TABLE shares ADD tenant text NOT NULL;",
        "ALTER TABLE shares ADD CONSTRAINT c CHECK (size > 0);",
        "CREATE INDEX i ON shares (size);",
        "ALTER TABLE shares ALTER COLUMN size TYPE numeric;",
        "BEGIN;\nCREATE TABLE other (a text);\nCOMMIT;",
    ],
)
def test_each_rule_of_the_linter_strikes(text: str) -> None:
    assert [*_faults(Migration(number=9, name="bad", text=text), frozenset({"shares"}))]


def test_what_may_be_done_is_not_refused() -> None:
    text = (
        "ALTER TABLE shares ADD tenant text;\nCREATE TABLE other (a text);\nCREATE INDEX i ON other (a); -- DROP TABLE"
    )
    assert not [*_faults(Migration(number=9, name="good", text=text), frozenset({"shares"}))]


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Store]:
    async with open_postgres_store(url, steady_clock(asyncio.get_running_loop())) as store:
        yield store


@pytest.mark.parametrize("old", sorted(_OLD.glob("*.sql")), ids=lambda path: path.stem)
async def test_old_and_new_code_work_side_by_side_across_a_migration(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process of the old version has opened the store, a new one migrates it, and each takes up what the other
    made. The old one is played by its SQL in this version's code, which reads of events more than that gives."""
    number = int(old.stem)
    known = [step for step in load_migrations() if step.number <= number]
    async with a_database() as url:
        with monkeypatch.context() as patch:
            patch.setattr(migrating, "load_migrations", lambda: known)
            played = {**_UNKNOWN, **read_queries(old.read_text()), **_TAKES}
            patch.setattr(opening, "load_postgres_queries", lambda: played)
            before = _opened(url)
            older = await before.__aenter__()
        try:
            await accepted(older, new_share("before"))
            async with _opened(url) as newer:
                assert newer.identity == older.identity
                await accepted(older, new_share("old"))
                await accepted(newer, new_share("new"))
                for store in (newer, older, newer):
                    claim = await taken(store)
                    assert await store.move(claim, ShareState.ACTIVE, confirmed_size=10) is not None
                assert await newer.list() == await older.list()
                assert {record.state for record in await older.list()} == {ShareState.ACTIVE}
                assert len(await newer.events()) == 6
                (message,) = await older.spool.take(owner="old", lease=30.0, wait=0.0, limit=1)
                await message.ack()
        finally:
            await before.__aexit__(None, None, None)


@pytest.mark.parametrize("old", sorted(_OLD.glob("*.sql")), ids=lambda path: path.stem)
async def test_every_statement_of_an_old_version_is_understood_by_the_tables_of_this_one(old: Path) -> None:
    async with a_database() as url, _opened(url):
        connection = await asyncpg.connect(url)
        try:
            for query in read_queries(old.read_text()).values():
                await connection.prepare(query.text)
        finally:
            await connection.close()


def test_the_queries_of_this_version_are_read_as_those_of_old_ones() -> None:
    assert {*read_queries((_OLD / "0001.sql").read_text())} - _ONE_BY_ONE <= {*load_postgres_queries()}


async def test_a_process_goes_on_while_a_later_version_adds_a_column() -> None:
    """Its statements are prepared by then, those that are asked within a transaction too."""
    async with a_database() as url, _opened(url) as store:

        async def work(name: str) -> None:
            await accepted(store, new_share(name))
            claim = await taken(store)
            assert (await store.get("north", name)) == claim.record
            assert await store.move(claim, ShareState.ACTIVE, confirmed_size=10) is not None

        await work("before")
        later = await asyncpg.connect(url)
        try:
            await later.execute("ALTER TABLE shares ADD COLUMN of_a_later_version text")
        finally:
            await later.close()
        await work("after")
        assert len(await store.list()) == 2
