"""The links of a pipeline, by the names that a scenario uses: who connects, and to whom."""

from collections.abc import Iterable

from connector.sites import Site

__all__ = [
    "CLIENT_GATEWAY",
    "EVERY_CLUSTER",
    "GATEWAY_API",
    "covers",
    "link_names",
    "processor_link",
    "site_of",
    "whose",
]

CLIENT_GATEWAY = "client-gateway"
GATEWAY_API = "gateway-api"
_PROCESSOR = "processor-"
EVERY_CLUSTER = f"{_PROCESSOR}*"


def processor_link(cluster: str) -> str:
    """The link on which a cluster is commanded."""
    return _PROCESSOR + cluster


def link_names(clusters: Iterable[str]) -> list[str]:
    """Every link of a pipeline with these clusters."""
    return [CLIENT_GATEWAY, GATEWAY_API, *map(processor_link, clusters)]


def covers(pattern: str, link: str) -> bool:
    """Whether a scenario that says `pattern` means this link too."""
    return pattern == link or (pattern == EVERY_CLUSTER and link.startswith(_PROCESSOR))


def site_of(link: str) -> Site:
    """Where what is done to a link shows."""
    match link:
        case "client-gateway":
            return Site.GATEWAY_REQUEST
        case "gateway-api":
            return Site.GATEWAY_REPLY
        case _:
            return Site.SSH_CONNECT


def whose(link: str) -> str:
    """The cluster at the end of a link, or the link itself where there is none."""
    return link.removeprefix(_PROCESSOR)
