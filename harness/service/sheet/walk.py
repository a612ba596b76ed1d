"""Walks one share through its life, and says at each step what was understood of the service's answers."""

import asyncio
from collections.abc import Awaitable, Callable
from secrets import token_hex

import httpx

from harness.errors import ServiceUnavailable, WorldError
from harness.http_client import HttpClient, HttpRequest, HttpResponse
from harness.service.access import access_changes
from harness.service.answer import Answer, out_of_time, read_failure
from harness.service.sheet.loading import ListingApi
from harness.service.sheet.steps import (
    NOT_OFFERED,
    Outcome,
    StepResult,
    WalkExchange,
    WalkPlan,
    WalkStep,
    absent,
    accepted,
    clear,
    in_words,
    is_absent,
    is_other,
)
from reports.history import Op, OpKind, OpResult, Purpose

__all__ = ["Walk"]

_Act = Callable[[], Awaitable[Outcome]]


class _Recording:
    """An `HttpClient` that keeps what it was asked."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self.exchanges: list[WalkExchange] = []

    async def send(self, request: HttpRequest) -> HttpResponse:
        index = len(self.exchanges)
        self.exchanges.append(WalkExchange(method=request.method, target=request.target, status=None))
        response = await self._http.send(request)
        self.exchanges[index] = WalkExchange(method=request.method, target=request.target, status=response.status)
        return response


class Walk:
    """One walk. on_step: told of each step when it has ended. keys: whether creates carry an idempotency key."""

    def __init__(
        self,
        api: ListingApi,
        http: HttpClient,
        plan: WalkPlan,
        on_step: Callable[[WalkStep], None],
        *,
        keys: bool = True,
    ) -> None:
        self._api = api
        self._http = _Recording(http)
        self._plan = plan
        self._on_step = on_step
        self._keys = keys
        self._asked = 0
        self._key = token_hex(16)
        self._share: str | None = None
        self._made = False

    async def run(self) -> None:
        """All steps. Without a share that is active, those that need one are skipped. Raises `ServiceUnavailable`."""
        there = await self._step("create", self._create) and await self._step("follow", self._become_active)
        for name, act in self._steps:
            if there or (self._made and act in {self._delete, self._get_none}):
                await self._step(name, act)
            else:
                self._on_step(WalkStep(name=name, result=StepResult.SKIPPED, understood="there is no active share"))

    @property
    def _steps(self) -> tuple[tuple[str, _Act], ...]:
        return (
            ("get", self._get),
            ("list", self._list),
            *self._creates_again,
            ("resize", self._resize),
            ("allow", self._allow),
            ("deny", self._deny),
            ("delete", self._delete),
            ("get of none", self._get_none),
            ("delete of none", self._delete_none),
        )

    @property
    def _creates_again(self) -> tuple[tuple[str, _Act], ...]:
        """Without keys both would be the same request."""
        if not self._keys:
            return (("create again", self._repeat),)
        return ("create again, same key", self._repeat), ("create again, other key", self._compete)

    async def clean_up(self) -> str | None:
        """Delete whatever has been made. None: nothing is left; else what was seen last."""
        due = asyncio.get_running_loop().time() + self._plan.within
        said = None
        while self._made:
            seen = await self._ask(OpKind.GET)
            if is_absent(seen):
                return None
            said = in_words(seen)
            if seen.state in {"active", "failing"}:
                await self._ask(OpKind.DELETE)
            if asyncio.get_running_loop().time() > due:
                return said
            await asyncio.sleep(self._plan.every)
        return None

    async def _step(self, name: str, act: _Act) -> bool:
        """Take a step and tell of it; whether it went as it should."""
        began, first = asyncio.get_running_loop().time(), len(self._http.exchanges)
        try:
            result, understood = await act()
        except ServiceUnavailable:
            raise
        except WorldError as error:
            result, understood = StepResult.UNCLEAR, str(error)
        seconds = asyncio.get_running_loop().time() - began
        exchanges = tuple(self._http.exchanges[first:])
        self._on_step(WalkStep(name=name, result=result, understood=understood, exchanges=exchanges, seconds=seconds))
        return result is StepResult.OK

    async def _create(self) -> Outcome:
        self._made = True  # unless the answer is certain that it was not
        answer = await self._ask(OpKind.CREATE, key=self._key, size=self._plan.size)
        self._made, self._share = answer.result is not OpResult.FAIL, answer.share
        if answer.result is OpResult.FAIL and answer.status is None:
            raise ServiceUnavailable(f"no connection to the service: {answer.message}")
        return accepted(answer)

    async def _become_active(self) -> Outcome:
        return await self._follow(lambda answer: answer.state == "active", "active")

    async def _get(self) -> Outcome:
        answer = await self._ask(OpKind.GET)
        if answer.result is OpResult.OK and self._share is not None and answer.share != self._share:
            return StepResult.WRONG, f"share {answer.share}, and the create said {self._share}"
        self._share = self._share or answer.share
        return accepted(answer)

    async def _list(self) -> Outcome:
        answer = await self._ask(OpKind.LIST)
        return await self._listed(self._plan.size) if answer.result is OpResult.OK else accepted(answer)

    async def _repeat(self) -> Outcome:
        answer = await self._ask(OpKind.CREATE, key=self._key, size=self._plan.size)
        if is_other(answer, self._share):
            return StepResult.WRONG, f"another share: {in_words(answer)}"
        if self._keys and answer.result is OpResult.FAIL:
            return StepResult.WRONG, f"{in_words(answer)}; this key was accepted before, so a run may break S6"
        if answer.result is not OpResult.OK:
            return clear(answer)
        followed = await self._become_active()
        return await self._get() if followed[0] is StepResult.OK else followed

    async def _compete(self) -> Outcome:
        answer = await self._ask(OpKind.CREATE, size=self._plan.size)
        if answer.result is OpResult.OK:
            return StepResult.WRONG, f"a create of what is active was not refused: {in_words(answer)}"
        return clear(answer)

    async def _resize(self) -> Outcome:
        answer = await self._ask(OpKind.RESIZE, size=2 * self._plan.size)
        if answer.cause == "not-offered":
            return StepResult.SKIPPED, answer.message
        if answer.result is OpResult.FAIL:
            return accepted(answer)
        followed = await self._become_active()  # also of what was not understood: a delete of a busy share is refused
        if answer.result is OpResult.INFO:
            return accepted(answer)
        return await self._listed(2 * self._plan.size) if followed[0] is StepResult.OK else followed

    async def _allow(self) -> Outcome:
        return await self._change(OpKind.ALLOW)

    async def _deny(self) -> Outcome:
        return await self._change(OpKind.DENY)

    async def _change(self, kind: OpKind) -> Outcome:
        return accepted(await self._ask(kind)) if kind in access_changes(self._api) else NOT_OFFERED

    async def _delete(self) -> Outcome:
        answer = await self._ask(OpKind.DELETE)
        if answer.result is not OpResult.OK:
            return accepted(answer)
        deleted = self._share
        followed = await self._follow(lambda seen: is_absent(seen) or is_other(seen, deleted), "gone")
        last = await self._ask(OpKind.GET)
        if is_other(last, deleted):
            return StepResult.WRONG, f"another share of this name is there: {in_words(last)}"
        return followed

    async def _get_none(self) -> Outcome:
        return absent(await self._ask(OpKind.GET))

    async def _delete_none(self) -> Outcome:
        return clear(await self._ask(OpKind.DELETE))

    async def _listed(self, size: int) -> Outcome:
        """Whether the list of all shares has this one, active and large enough."""
        try:
            shares = await self._api.read_shares(self._http, [self._plan.location])
        except httpx.RequestError as error:
            return StepResult.UNCLEAR, read_failure(error).message
        alike = [share for share in shares if (share.location, share.name) == (self._plan.location, self._plan.name)]
        share = next((share for share in alike if self._share in {None, share.share}), None)
        if share is None:
            return StepResult.WRONG, f"not among {len(shares)} shares"
        if share.size is not None and share.size < size:
            return StepResult.WRONG, f"{share.state}, {share.size} bytes where {size} were asked"
        return StepResult.OK, f"{share.state}, {'no size' if share.size is None else f'{share.size} bytes'}"

    async def _follow(self, ended: Callable[[Answer], bool], wanted: str) -> Outcome:
        """Look until an end is seen."""
        due = asyncio.get_running_loop().time() + self._plan.within
        states: dict[str, None] = {}
        while True:
            seen = await self._ask(OpKind.GET)
            states["gone" if is_absent(seen) else seen.state or in_words(seen)] = None
            way = ", ".join(states)
            if ended(seen):
                return StepResult.OK, way
            if is_absent(seen) or seen.result is OpResult.FAIL:
                return StepResult.WRONG, way
            if asyncio.get_running_loop().time() > due:
                result = StepResult.WRONG if seen.result is OpResult.OK else StepResult.UNCLEAR
                return result, f"not {wanted} within {self._plan.within:g} s: {way}"
            await asyncio.sleep(self._plan.every)

    async def _ask(self, kind: OpKind, *, key: str | None = None, size: int | None = None) -> Answer:
        return await self._within(self._api.ask(self._op(kind, key=key, size=size), self._http))

    def _op(self, kind: OpKind, *, key: str | None = None, size: int | None = None) -> Op:
        self._asked += 1
        return Op(
            number=self._asked,
            client="check",
            kind=kind,
            purpose=Purpose.LOAD,
            location=self._plan.location,
            name=self._plan.name,
            key=key or token_hex(16),
            size=size,
            intended_at=0.0,
            invoked_at=0.0,
        )

    async def _within(self, asking: Awaitable[Answer]) -> Answer:
        try:
            async with asyncio.timeout(self._plan.within):
                return await asking
        except TimeoutError:
            return out_of_time(self._plan.within)
        except httpx.RequestError as error:
            return read_failure(error)
