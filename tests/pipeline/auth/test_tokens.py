"""Bearer tokens: what is let in, and every way in which a token can be wrong."""

import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from connector.values import replace
from pipeline.api.app import create_api
from pipeline.auth.access_control import AccessControl
from pipeline.auth.keys import IssuerKeys, file_reader
from pipeline.auth.limits import Backpressure, Buckets
from pipeline.auth.tokens import TokenAuthenticator
from pipeline.errors import SettingsError
from pipeline.metrics import Metrics
from pipeline.record import Change, NewShare
from pipeline.settings import ApiSettings, AuthMode, AuthSettings
from pipeline.states import Operation, ShareState
from pipeline.store.acceptances import Accepted, NotFound
from pipeline.store.sqlite import open_store
from pipeline.uuid7 import uuid7_maker
from tests.pipeline.store.stores import HandClock, accepted, answer
from tests.pipeline.store.stores import taken as taken_of

NOW = 1_764_000_000.0
ISSUER, AUDIENCE = "https://issuer.example", "shares"
GOOD: Mapping[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "exp": int(NOW) + 600, "tenant": "blue"}
HOME = {"location": "north", "name": "home", "size": 1 << 20}


@cache
def rsa() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "r1", "use": "sig"})


@cache
def ec(kid: str = "e1") -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


def token(claims: Mapping[str, Any] = GOOD, *, key: Key | None = None, **head: Any) -> str:
    signer = rsa() if key is None else key
    header = {"alg": "RS256" if signer is rsa() else "ES256", "kid": signer.kid, **head}
    given = {name: value for name, value in header.items() if value is not None}
    return jwt.encode(given, dict(claims), signer, algorithms=["RS256", "RS512", "ES256"])


def write_keys(path: Path, *keys: Key) -> None:
    path.write_text(json.dumps({"keys": [key.as_dict(private=False) for key in keys]}))


@asynccontextmanager
async def api(
    directory: Path, clock: HandClock, *, buckets: Buckets | None = None, most: int = 0, waiting: int = 0
) -> AsyncIterator[httpx.AsyncClient]:
    path = directory / "keys.json"
    if not path.exists():
        write_keys(path, rsa(), ec())
    settings = AuthSettings(mode=AuthMode.TOKEN, jwks=str(path), issuer=ISSUER, audience=AUDIENCE)
    keys = IssuerKeys(file_reader(path), where=str(path), refresh=settings.refresh, clock=clock)
    await keys.load()
    async with open_store(directory / "store.db", clock) as store:
        access_control = AccessControl(
            authenticator=TokenAuthenticator(settings=settings, keys=keys, clock=clock),
            buckets=buckets,
            backpressure=Backpressure(store.backlog, waiting, clock, "3") if waiting else None,
            most=most,
        )
        app = create_api(
            store,
            ApiSettings(),
            clock=clock,
            new_id=uuid7_maker(clock),
            metrics=Metrics(),
            access_control=access_control,
        )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
            yield client


def bearer(words: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {words}"}


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW)


async def test_a_token_of_the_issuer_is_let_in(tmp_path: Path, clock: HandClock) -> None:
    async with api(tmp_path, clock) as client:
        for good in (token(), token(key=ec()), token({**GOOD, "aud": ["other", AUDIENCE]})):
            assert (await client.get("/v1/shares", headers=bearer(good))).status_code == 200
        made = await client.post("/v1/shares", json=HOME, headers={"authorization": f"bearer {token()}"})
        assert made.status_code == 202


def unsigned(claims: Mapping[str, Any], **head: Any) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none", **head}, dict(claims))]
    return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])


def confused() -> str:
    """Signed with the public key as if it were a shared secret, which whoever reads it can do."""
    text = unsigned(GOOD, alg="HS256", kid="r1").removesuffix(".")
    mac = hmac.digest(rsa().as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def tampered() -> str:
    head, _, signature = token().split(".")
    body = base64.urlsafe_b64encode(json.dumps({**GOOD, "tenant": "red"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


WRONG: Mapping[str, Callable[[], str]] = {
    "none at all": lambda: "",
    "not a token": lambda: "abc",
    "two parts": lambda: "a.b",
    "alg none": lambda: unsigned(GOOD),
    "alg nOnE": lambda: unsigned(GOOD, alg="nOnE"),
    "alg is a list": lambda: unsigned(GOOD, alg=["RS256"]),
    "HS256 with the public key": confused,
    "changed behind the signature": tampered,
    "another issuer's key": lambda: token(key=ECKey.generate_key("P-256", {"kid": "e1"})),
    "an unknown kid": lambda: token(kid="zz"),
    "a kid that is no text": lambda: unsigned(GOOD, alg="RS256", kid=["r1"]),
    "no kid among several keys": lambda: token(kid=None),
    "a key for another algorithm": lambda: token(alg="RS512"),
    "crit": lambda: unsigned(GOOD, alg="RS256", kid="r1", crit=["exp"]),
    "expired": lambda: token({**GOOD, "exp": int(NOW) - 31}),
    "not yet": lambda: token({**GOOD, "nbf": int(NOW) + 31}),
    "no expiry": lambda: token({key: value for key, value in GOOD.items() if key != "exp"}),
    "an expiry that is no number": lambda: token({**GOOD, "exp": "never"}),
    "wrong aud": lambda: token({**GOOD, "aud": "other"}),
    "no aud": lambda: token({key: value for key, value in GOOD.items() if key != "aud"}),
    "wrong iss": lambda: token({**GOOD, "iss": "https://evil.example"}),
    "no tenant": lambda: token({key: value for key, value in GOOD.items() if key != "tenant"}),
    "a tenant with a line break": lambda: token({**GOOD, "tenant": "a\r\nx: y"}),
    "a tenant that is a number": lambda: token({**GOOD, "tenant": 7}),
    "too long": lambda: token({**GOOD, "filler": "x" * 9000}),
    "claims that are a list": lambda: ".".join([token().split(".")[0], "W10", token().split(".")[2]]),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_any_other_token_is_refused_and_nothing_is_done(tmp_path: Path, clock: HandClock, wrong: str) -> None:
    async with api(tmp_path, clock) as client:
        refused = await client.post("/v1/shares", json=HOME, headers=bearer(WRONG[wrong]()))
        assert (refused.status_code, refused.json()["type"]) == (401, "/problems/unauthenticated")
        assert refused.headers["www-authenticate"].startswith('Bearer realm="spoolproof"')
        assert "red" not in refused.text
        assert (await client.get("/v1/shares", headers=bearer(token()))).json()["shares"] == []


@pytest.mark.parametrize("given", [{}, {"Authorization": "Basic YTpi"}, [("Authorization", "Bearer a")] * 2])
async def test_who_says_nothing_or_something_else_is_asked_for_a_token(
    tmp_path: Path, clock: HandClock, given: Any
) -> None:
    async with api(tmp_path, clock) as client:
        refused = await client.get("/v1/shares", headers=given)
        assert refused.status_code == 401
        assert "www-authenticate" in refused.headers


async def test_clocks_may_differ_by_the_leeway_and_a_token_that_was_known_expires_too(
    tmp_path: Path, clock: HandClock
) -> None:
    async with api(tmp_path, clock) as client:
        short = bearer(token({**GOOD, "exp": int(NOW) + 10, "nbf": int(NOW) + 20}))
        assert (await client.get("/v1/shares", headers=short)).status_code == 200
        clock.forward(39.0)
        assert (await client.get("/v1/shares", headers=short)).status_code == 200
        clock.forward(2.0)
        assert (await client.get("/v1/shares", headers=short)).status_code == 401


async def test_a_new_key_of_the_issuer_is_found_and_one_that_it_takes_back_is_not_believed_for_long(
    tmp_path: Path, clock: HandClock
) -> None:
    async with api(tmp_path, clock) as client:
        long = {**GOOD, "exp": int(NOW) + 10_000}
        old, new = bearer(token(long)), bearer(token(long, key=ec("e2")))
        assert (await client.get("/v1/shares", headers=old)).status_code == 200
        write_keys(tmp_path / "keys.json", ec("e2"))
        assert (await client.get("/v1/shares", headers=new)).status_code == 401  # it was read a moment ago
        clock.forward(11.0)
        assert (await client.get("/v1/shares", headers=new)).status_code == 200
        clock.forward(300.0)
        assert (await client.get("/v1/shares", headers=old)).status_code == 401
        (tmp_path / "keys.json").unlink()
        clock.forward(1000.0)
        assert (await client.get("/v1/shares", headers=new)).status_code == 200  # the keys that were read hold


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Expecting value"),
        ("[]", "is not a JWK set"),
        ('{"keys": []}', "no key for signatures"),
        ('{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}', "no key for signatures"),
        ('{"keys": [{"kty": "RSA"}]}', "auth.jwks"),
    ],
)
async def test_a_set_of_keys_that_cannot_be_used_is_told_at_the_start(
    tmp_path: Path, clock: HandClock, text: str, words: str
) -> None:
    (tmp_path / "keys.json").write_text(text)
    with pytest.raises(SettingsError, match=words):
        async with api(tmp_path, clock):
            pass


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"exp": int(NOW) - 100}, f"it is {NOW - 100:.0f}, and the clock here is at {NOW:.0f}, with a leeway of 30 s"),
        ({"nbf": int(NOW) + 100}, f"it is {NOW + 100:.0f}, and the clock here is at {NOW:.0f}"),
        ({"aud": "another"}, f"accepted: {AUDIENCE}"),
        ({"iss": "another"}, f"accepted: {ISSUER}"),
        ({"exp": None}, "The claim 'exp' of the token is not acceptable"),
    ],
)
async def test_a_claim_that_is_refused_is_told_with_what_is_accepted(
    tmp_path: Path, clock: HandClock, claims: dict[str, object], words: str
) -> None:
    async with api(tmp_path, clock) as client:
        refused = await client.get("/v1/shares", headers=bearer(token({**GOOD, **claims})))
    assert refused.status_code == 401
    assert words in refused.json()["detail"]


async def test_operators_alone_see_what_is_not_a_tenants_and_health_needs_no_token(
    tmp_path: Path, clock: HandClock
) -> None:
    async with api(tmp_path, clock) as client:
        operator = {**GOOD, "scope": "openid spoolproof:operate"}
        for path in ("/v1/events", "/v1/attempts", "/v1/findings", "/metrics"):
            assert (await client.get(path)).status_code == 401
            assert (await client.get(path, headers=bearer(token()))).status_code == 403
            assert (await client.get(path, headers=bearer(token(operator)))).status_code == 200
        for path in ("/livez", "/readyz", "/problems", "/openapi.json", "/try"):
            assert (await client.get(path)).status_code == 200
        assert (await client.get("/readyz")).json() == {"status": "ok"}


async def test_a_tenant_that_asks_too_often_is_told_when_to_come_back_and_others_are_served(
    tmp_path: Path, clock: HandClock
) -> None:
    async with api(tmp_path, clock, buckets=Buckets(0.5, 2, clock)) as client:
        blue, red = bearer(token()), bearer(token({**GOOD, "tenant": "red"}))
        assert [(await client.get("/v1/shares", headers=blue)).status_code for _ in range(3)] == [200, 200, 429]
        refused = await client.get("/v1/shares", headers=blue)
        assert (refused.headers["retry-after"], refused.json()["type"]) == ("2", "/problems/too-many-requests")
        assert (await client.get("/v1/shares", headers=red)).status_code == 200
        clock.forward(2.0)
        assert (await client.get("/v1/shares", headers=blue)).status_code == 200


def test_ten_thousand_tenants_and_more_take_bounded_memory(clock: HandClock) -> None:
    buckets = Buckets(1.0, 1, clock)
    for number in range(25_000):
        buckets.take(f"tenant-{number}")
    assert len(buckets._buckets) == 10_000


async def test_ten_thousand_tenants_make_no_series(tmp_path: Path, clock: HandClock) -> None:
    async with api(tmp_path, clock) as client:
        operator = bearer(token({**GOOD, "scope": "spoolproof:operate"}))
        await client.get("/metrics", headers=operator)
        before = (await client.get("/metrics", headers=operator)).text.count("\n")
        for number in range(20):
            await client.get("/v1/shares", headers=bearer(token({**GOOD, "tenant": f"t{number}"}, key=ec())))
        text = (await client.get("/metrics", headers=operator)).text
        assert text.count("\n") < before + 25
        assert "t19" not in text


async def test_beyond_what_may_wait_creates_are_refused_and_reads_are_served(tmp_path: Path, clock: HandClock) -> None:
    async with api(tmp_path, clock, waiting=2) as client:
        mine = bearer(token())
        found = []
        for number in range(3):
            clock.forward(1.0)
            body = {**HOME, "name": f"n{number}"}
            found.append(await client.post("/v1/shares", json=body, headers=mine))
        assert [reply.status_code for reply in found] == [202, 202, 503]
        assert (found[2].headers["retry-after"], found[2].json()["type"]) == ("3", "/problems/spool-full")
        assert len((await client.get("/v1/shares", headers=mine)).json()["shares"]) == 2


async def test_a_tenant_sees_and_changes_its_own_shares_and_is_told_of_no_others(
    tmp_path: Path, clock: HandClock
) -> None:
    async with api(tmp_path, clock) as client:
        blue, red = bearer(token()), bearer(token({**GOOD, "tenant": "red"}))
        operator = bearer(token({**GOOD, "tenant": "ops", "scope": "spoolproof:operate"}))
        lying = {**red, "X-Tenant": "blue"}
        made = await client.post("/v1/shares", json=HOME, headers={**blue, "Idempotency-Key": "k"})
        assert (made.status_code, made.json()["tenant"]) == (202, "blue")
        where, none = "/v1/shares/north/home", "/v1/shares/north/none"
        for method, path, body in (
            ("GET", where, None), ("HEAD", where, None), ("DELETE", where, None), ("PATCH", where, {"size": 5}),
            ("GET", f"{where}/events", None), ("GET", f"{where}/snapshots", None),
        ):  # fmt: skip
            shown = await client.request(method, path, json=body, headers=lying)
            missing = await client.request(method, path.replace(where, none), json=body, headers=lying)
            assert (shown.status_code, shown.content) == (404, missing.content)
        taken = await client.post("/v1/shares", json=HOME, headers={**lying, "Idempotency-Key": "k"})
        assert (taken.status_code, taken.json()["type"]) == (409, "/problems/share-exists")
        assert not {"id", "state"} & taken.json().keys()
        for who, query, names in (
            (blue, "", ["home"]), (red, "", []), (lying, "?tenant=blue", []), (operator, "", ["home"]),
            (operator, "?tenant=blue", ["home"]), (operator, "?tenant=red", []),
        ):  # fmt: skip
            page = (await client.get(f"/v1/shares{query}", headers=who)).json()
            assert [row["name"] for row in page["shares"]] == names
        assert (await client.get(where, headers=operator)).status_code == 200


async def test_a_change_reaches_no_share_that_became_another_tenants_meanwhile(
    tmp_path: Path, clock: HandClock
) -> None:
    async with open_store(tmp_path / "store.db", clock) as store:
        await accepted(store, NewShare(id="1", location="north", name="home", size=5, tenant="blue"))
        await store.move(await taken_of(store), ShareState.ACTIVE, confirmed_size=5)
        change = Change(operation=Operation.RESIZE, size=7, tenant="red")
        assert isinstance(await store.change("north", "home", change, None, answer), NotFound)
        change = replace(change, tenant="blue")
        assert isinstance(await store.change("north", "home", change, None, answer), Accepted)
