"""Who answers, told from the settings alone: on this machine or network, or at a vendor's."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from adapters.model.connection import default_address
from bot.model import ModelIdentity

_LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain", "localhost6", "ip6-localhost", "ip6-loopback"})
# RFC 1122 and 4291 (loopback), 1918 and 4193 (private), 3927 and 4291 (link-local)
_LOCAL_RANGES = tuple(
    ipaddress.ip_network(written)
    for written in (
        "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 ::1/128 fc00::/7 fe80::/10".split()
    )
)


def identify(model: str, embedding: str, base_url: str | None, vendor: str = "", region: str = "") -> ModelIdentity:
    """Return who is asked: `model` and `embedding` are names (empty for none), `base_url` None for the library's own.

    Local are loopback names and addresses and literal addresses of private and link-local ranges. Any other name is a
    vendor's, even one that this network alone can resolve: what it leads to cannot be told from it. The vendor is named
    by the operator, otherwise by its host.
    """
    host = _host(base_url or default_address())
    is_local = _is_local(host)
    return ModelIdentity(
        model=model,
        vendor="" if is_local else vendor or host,
        region="" if is_local else region,
        is_local=is_local,
        embedding=embedding,
    )


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").rstrip(".")


def _is_local(host: str) -> bool:
    if host in _LOOPBACK_NAMES or host.endswith(".localhost"):  # RFC 6761 keeps the latter on this machine
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in _LOCAL_RANGES)
