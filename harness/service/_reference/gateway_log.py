"""Reads the access log of the built-in gateway: requests that were not answered at the first try."""

import json

from harness.collect.gateway_log import GatewayRow, TryEnding, UpstreamTry

__all__ = ["read_gateway_line"]


def read_gateway_line(line: str) -> GatewayRow | None:
    """The request that a line tells of; None for one that is not whole."""
    try:
        said = json.loads(line)
        tries = tuple(
            UpstreamTry(began=row["began"], ended=row["ended"], server=said["server"], ending=TryEnding(row["ending"]))
            for row in said["tries"]
        )
        return GatewayRow(
            began=tries[0].began,
            ended=tries[-1].ended,
            request_id=said["id"],
            method=said["method"],
            target=said["target"],
            tries=tries,
        )
    except (ValueError, KeyError, TypeError, IndexError):  # killed in the middle of a line
        return None
