"""Which addresses a webhook may be sent to: the receiver's URL is somebody else's word, and must not reach inside."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

__all__ = ["Network", "allowed_address", "check_target", "parse_network"]

Network = IPv4Network | IPv6Network

_MAILBOX = re.compile(r"[A-Za-z0-9._%+/=-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def parse_network(word: str) -> Network:
    """Such as `10.0.0.0/8`. Raises `ValueError`."""
    return ip_network(word)


def allowed_address(word: str, allowed: Sequence[Network]) -> bool:
    """Whether a connection to this address may be made: public, or within a network that is allowed.

    An IPv4 address within an IPv6 one (mapped, 6to4, NAT64) is judged as the IPv4 address that it leads to.
    """
    address = ip_address(word)
    inner = _inner(address)
    if any(one.version == network.version and one in network for one in {address, inner} for network in allowed):
        return True
    return _is_public(address) and _is_public(inner)


def check_target(url: str, *, plain: bool, allowed: Sequence[Network]) -> None:
    """Raise `ValueError` for what no notice can be sent to, saying what is accepted.

    plain: http is, too. An address is judged at once; a name, at every connection.
    """
    if not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("a URL in printable ASCII without spaces")
    parts = urlsplit(url)
    if parts.scheme == "mailto":
        if _MAILBOX.fullmatch(parts.path) is None or parts.query:
            raise ValueError("mailto: and one address, such as mailto:storage@example.org")
        return
    schemes = ("https", "http") if plain else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"a URL of {' or '.join(schemes)} with a host, or mailto: and an address")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("a URL without user, password and fragment")
    _ = parts.port  # raises for what is none
    if _is_address(parts.hostname) and not allowed_address(parts.hostname, allowed):
        raise ValueError("a URL whose host is public, or in a network that notifier.allow names")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in IPv6Network("64:ff9b::/96"):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address
