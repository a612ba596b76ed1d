"""Runs the plain code of a transaction on a connection that is asynchronous.

The code of transactions stands once, for every store, and is no coroutine. Here it runs in a greenlet of its own, which
is left whenever it waits for the database and entered again with the answer, as SQLAlchemy's asyncio extension does it.
Several can be under way in one transaction: what they ask for in the same words goes to the database together, in one
round trip.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

import asyncpg
import greenlet

from pipeline.store.postgres.connecting import Connection

__all__ = ["Gives", "Statement", "bridged", "side_by_side", "wait_for", "wait_for_all"]

T = TypeVar("T")

Found = Sequence[asyncpg.Record]


class Gives(Enum):
    """What a statement gives, and so how it can be told what each of several gave that were executed together."""

    ANY = "any number of rows: it is executed by itself"
    NONE = "no rows, or none that are looked at"
    ONE = "one row"
    KEYED = "one row or none, whose first column is the statement's key"


@dataclass(slots=True, eq=False)  # not frozen: to freeze it would double what it costs
class Statement:
    """What code asks of the database."""

    text: str
    values: Sequence[object]
    rows: Gives = Gives.ANY
    key: object = None


async def bridged(connection: Connection, function: Callable[[], T]) -> T:
    """What `function` returns; within it, `wait_for` waits in this task. Raises what it raises."""
    (value,) = await side_by_side(connection, [function])
    return value


async def side_by_side(connection: Connection, functions: Sequence[Callable[[], T]]) -> Sequence[T]:
    """What these functions return, each of which goes on while the others wait. Raises what any of them raises; what
    the others had begun ends there."""
    running: list[_Running] = []
    try:
        for function in functions:
            running.append(_Running())
            running[-1].begin(function)
        while asked := [(each, statement) for each in running for statement in each.asked]:
            together = _together(asked)
            answers = await _executed(connection, [statement for _, statement in together])
            for (each, statement), answer in zip(together, answers, strict=True):
                each.answer(statement, answer)
    except BaseException:
        for each in running:
            each.end()
        raise
    return [each.value for each in running]


def wait_for(statement: Statement) -> Found:
    """The rows of a statement, in code that `bridged` runs."""
    return wait_for_all([statement])[0]


def wait_for_all(statements: Sequence[Statement]) -> Sequence[Found]:
    """The rows of several, which may be executed in any order."""
    outside = greenlet.getcurrent().parent
    assert outside is not None, "only within `bridged`"
    answers: Sequence[Found] = outside.switch(statements)
    return answers


class _Running:
    """A function that is under way. asked: what it waits for."""

    def __init__(self) -> None:
        self.value: Any = None
        self.asked: list[Statement] = []
        self._all: Sequence[Statement] = ()
        self._answers: dict[int, Found] = {}

    def begin(self, function: Callable[[], Any]) -> None:
        self._greenlet = greenlet.greenlet(function)
        self._greenlet.gr_context = greenlet.getcurrent().gr_context
        self._enter()

    def answer(self, statement: Statement, rows: Found) -> None:
        """Go on, once nothing is left to wait for."""
        self.asked.remove(statement)
        self._answers[id(statement)] = rows
        if not self.asked:
            self._enter([self._answers[id(each)] for each in self._all])

    def end(self) -> None:
        """End it where it waits."""
        if self.asked:
            self._greenlet.throw()

    def _enter(self, *answers: Sequence[Found]) -> None:
        value = self._greenlet.switch(*answers)
        if self._greenlet.dead:
            self.value = value
        else:
            self._all, self.asked, self._answers = value, list(value), {}


def _together(asked: Sequence[tuple[_Running, Statement]]) -> Sequence[tuple[_Running, Statement]]:
    """Those that are executed next."""
    first = asked[0][1]
    if first.rows is Gives.ANY:
        return asked[:1]
    return [(each, statement) for each, statement in asked if statement.text == first.text]


async def _executed(connection: Connection, statements: Sequence[Statement]) -> Sequence[Found]:
    """The rows of each of these, which all have one text."""
    first = statements[0]
    if len(statements) == 1:
        return [await connection.fetch(first.text, *first.values)]
    values = [statement.values for statement in statements]
    if first.rows is Gives.NONE:
        await connection.executemany(first.text, values)
        return [()] * len(statements)
    rows = await connection.fetchmany(first.text, values)
    if first.rows is Gives.ONE:
        return [[row] for row in rows]
    by_key = {row[0]: [row] for row in rows}
    return [by_key.get(statement.key, ()) for statement in statements]
