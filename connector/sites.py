"""The named points where a provisioning call can break, in the order in which a call meets them."""

from enum import StrEnum

__all__ = ["Site"]


class Site(StrEnum):
    """One named point between a client of the portal and the effect on a cluster.

    A fault is injected at a site, and a timeout is attributed to a site; both use these names.
    """

    GATEWAY_REQUEST = "gateway.request"
    GATEWAY_REPLY = "gateway.reply"
    STORE_COMMIT = "store.commit"
    SPOOL_DELIVER = "spool.deliver"
    PROCESSOR_STEP = "processor.step"
    SSH_CONNECT = "ssh.connect"
    SSH_BANNER = "ssh.banner"
    SSH_KEX = "ssh.kex"
    SSH_AUTH = "ssh.auth"
    SSH_CHANNEL = "ssh.channel"
    CONNECTOR_EXEC = "connector.exec"
    CONNECTOR_EFFECT = "connector.effect"
    CONNECTOR_REPLY = "connector.reply"
    NOTIFY_DELIVER = "notify.deliver"
