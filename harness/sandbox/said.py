"""What was really said to a cluster about a share: each command of its story with the lines as they went over SSH."""

from collections.abc import Mapping, Sequence
from math import inf

from fake_clusters.exchanges import CommandExchange
from reports.history import Attempt

__all__ = ["ending_of", "said_for"]

_SLACK = 0.25
"""Seconds by which the clocks of who sends and who hears may differ."""


def said_for(
    commands: Sequence[Attempt], exchanges: Sequence[CommandExchange]
) -> Mapping[int, Sequence[CommandExchange]]:
    """By number of the command. One of several at a time is told by its request id, else by the name and the time."""
    found: dict[int, list[CommandExchange]] = {row.number: [] for row in commands}
    for exchange in exchanges:
        during = [row for row in commands if _is_during(exchange, row) and row.name in exchange.line]
        by_id = [row for row in during if row.request_id is not None and row.request_id in exchange.line]
        row = max(by_id or during, key=lambda row: row.began_at, default=None)
        if row is not None:
            found[row.number].append(exchange)
    return found


def ending_of(exchange: CommandExchange) -> str:
    """How it ended, in words."""
    if exchange.reply is not None:
        spoiled = "; a fault changed it on its way" if exchange.spoiled else ""
        status = "no exit status" if exchange.reply.status is None else f"exit status {exchange.reply.status}"
        return f"{status}{spoiled}"
    if exchange.cut is not None:
        return f"the connection was cut: {exchange.cut.value}"
    return "the client left before an answer" if exchange.abandoned else "no answer yet"


def _is_during(exchange: CommandExchange, row: Attempt) -> bool:
    ends = inf if row.ended_at is None else row.ended_at
    return row.began_at - _SLACK <= exchange.began_at <= ends + _SLACK
