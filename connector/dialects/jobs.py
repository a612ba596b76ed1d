"""What there is to say of a job that a command started: how far it is shows in the share that it changes."""

from enum import StrEnum

from connector.codes import Code
from connector.operations import Create, Delete, Reply, Request, Resize, ShowReply
from connector.protocol import Refusal

__all__ = ["JobNews", "news_of"]


class JobNews(StrEnum):
    """Of a job."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


def news_of(request: Request | None, answer: Reply | Refusal) -> JobNews | Refusal:
    """What a look at the share says of the job that carries out the request; a refusal where nothing was seen."""
    if isinstance(answer, Refusal):
        if answer.code is not Code.NOT_FOUND:
            return answer
        return JobNews.DONE if isinstance(request, Delete) else JobNews.FAILED
    assert isinstance(answer, ShowReply)
    match request:
        case Create():
            is_over = answer.share.complete
        case Resize(size=size):
            is_over = answer.share.size >= size
        case Delete():
            is_over = False
        case _:
            is_over = True
    return JobNews.DONE if is_over else JobNews.RUNNING
