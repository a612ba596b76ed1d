"""Program: what makes a program a gateway here: its configuration, its command, and its access log."""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

from harness.collect.gateway_log import GatewayRow, UpstreamTry
from harness.live.gateways.upstream import UpstreamAddress
from harness.scenario.gateway import LONGEST_OF_HAPROXY
from harness.scenario.service import GatewaySettings

__all__ = ["LogLine", "Plan", "Program", "milliseconds", "splits"]

LogLine = Mapping[str, str]
"""What a line of an access log says of a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A gateway to be: where it listens, what it passes on to, and how long it waits. work: for its temporary files.

    ready_path: it answers that by itself: somebody else may listen on its port.
    """

    port: int
    settings: GatewaySettings
    upstreams: Sequence[UpstreamAddress]
    work: Path
    ready_path: str = field(default_factory=lambda: f"/.spoolproof-{token_hex(8)}")

    @property
    def host(self) -> str:
        """As the service is told."""
        return self.upstreams[0].address

    @property
    def url(self) -> str:
        """Where its clients find it."""
        return f"http://127.0.0.1:{self.port}{self.upstreams[0].path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """name: of the executable. config: the text of its file, which is called config_name. arguments: those after the
    executable, for the path of that file and the folder of its logs.

    access_log: the name of the file in which `row_of` finds requests, each a line: a JSON object with the members id,
    method, target and status. span: when its request began and ended. tries: what became of it in between.
    """

    name: str
    config_name: str
    config: Callable[[Plan], str]
    arguments: Callable[[Path, Path], Sequence[str]]
    access_log: str
    span: Callable[[LogLine], tuple[float, float]]
    tries: Callable[[LogLine, float, float, GatewaySettings], Iterator[UpstreamTry]]

    def row_of(self, settings: GatewaySettings, line: str) -> GatewayRow | None:
        """The request that a line tells of; None for a message, or a line that a kill cut off."""
        try:
            said = json.loads(line)
            began, ended = self.span(said)
            return GatewayRow(
                began=began,
                ended=ended,
                request_id=said["id"],
                method=said["method"],
                target=said["target"],
                status=int(said["status"]),
                tries=tuple(self.tries(said, began, ended, settings)),
            )
        except (ValueError, KeyError, TypeError):
            return None


def milliseconds(seconds: float) -> str:
    """As both programs spell a duration; at least 1, since 0 means for ever to one of them."""
    return f"{max(1, math.ceil(min(seconds, LONGEST_OF_HAPROXY) * 1000))}ms"


def splits(text: str) -> list[str]:
    """The values of a list as nginx logs them, one for each try."""
    return text.replace(" : ", ", ").split(", ") if text else []
