"""What went wrong on the way to the service, as the client is told: each error of the transport has one answer."""

import httpx

from connector.sites import Site
from pipeline.gateway.upload import UploadProgress
from pipeline.problems import TIMEOUT_HEADER, Cause, Problem
from pipeline.settings import GatewaySettings

__all__ = ["FULL", "map_error"]

FULL = Problem(
    cause=Cause.GATEWAY_FULL,
    detail="As many requests as this gateway holds are under way; this one was not passed on.",
    headers={"Retry-After": "1"},
)


def map_error(error: Exception, progress: UploadProgress, settings: GatewaySettings) -> Problem:
    """The answer for what the transport raised, or for `TimeoutError`: the total time is over."""
    match error:
        case TimeoutError() if progress is UploadProgress.FROM_CLIENT:
            detail = f"The request had not arrived whole after {settings.total:g} s."
            return Problem(cause=Cause.REQUEST_TIMEOUT, detail=detail, headers={"Connection": "close"})
        case TimeoutError():
            return _timeout(progress, f"no whole answer in {settings.total:g} s altogether")
        case httpx.ConnectTimeout():
            return _timeout(UploadProgress.UNSENT, f"no connection in {settings.connect:g} s")
        case httpx.TimeoutException():
            return _timeout(progress, f"no byte in {settings.read:g} s")
        case httpx.ConnectError():
            return _broken("The service refuses connections; nothing was sent.")
        case httpx.LocalProtocolError():
            return Problem(cause=Cause.INVALID_REQUEST, detail="The request is not one that HTTP/1.1 can carry.")
        case httpx.RemoteProtocolError():
            return _broken("The service closed the connection before its answer, or sent what is no HTTP.")
        case _:
            return _broken("The connection to the service broke off.")


def _timeout(progress: UploadProgress, what: str) -> Problem:
    site = Site.GATEWAY_REPLY if progress is UploadProgress.SENT else Site.GATEWAY_REQUEST
    return Problem(
        cause=Cause.GATEWAY_TIMEOUT,
        detail=f"The service did not answer in time: {what}.",
        headers={TIMEOUT_HEADER: f"gateway; site={site}"},
    )


def _broken(detail: str) -> Problem:
    return Problem(cause=Cause.BAD_GATEWAY, detail=detail)
