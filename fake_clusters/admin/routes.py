"""The routes of the admin API: each reads its request, asks the farm, and shows what it says."""

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connector.http_input import HttpInputError, read_pairs
from fake_clusters.admin.bodies import AdminPageQuery, CrashBody, ShareBody, WaitQuery, read_body
from fake_clusters.admin.problems import AdminProblem, refused_body
from fake_clusters.admin.views import cluster_view, details_view, kind_view, plain, rule_view
from fake_clusters.admin.waits import Waits
from fake_clusters.cluster import FakeCluster
from fake_clusters.errors import FarmError, FaultError, WaitError
from fake_clusters.farm import Farm
from fake_clusters.faults import FAULTS
from fake_clusters.faults.config import FaultTable, read_fault
from fake_clusters.profile_table import ProfileTable

Body = TypeVar("Body", bound=BaseModel)


async def list_clusters(request: Request) -> Response:
    farm: Farm = request.app.state.farm
    return JSONResponse({"clusters": [cluster_view(cluster) for cluster in farm.clusters.values()]})


async def show_cluster(request: Request) -> Response:
    return JSONResponse(details_view(_cluster(request)))


async def list_shares(request: Request) -> Response:
    return JSONResponse({"shares": plain(_cluster(request).shares())})


async def add_share(request: Request) -> Response:
    cluster = _cluster(request)
    body = await _body(request, ShareBody)
    if not cluster.add_share(body.name, body.size):
        raise AdminProblem(409, "share-exists", f"{cluster.name} holds a share {body.name!r} already")
    where = {"Location": str(request.url_for("share", cluster=cluster.name, name=body.name))}
    (share,) = (share for share in cluster.shares() if share.name == body.name)
    return JSONResponse(plain(share), status_code=201, headers=where)


async def remove_share(request: Request) -> Response:
    cluster, name = _cluster(request), request.path_params["name"]
    if not cluster.remove_share(name):
        raise AdminProblem(404, "no-such-share", f"{cluster.name} holds no share {name!r}")
    return Response(status_code=204)


async def list_effects(request: Request) -> Response:
    return _page("effects", _cluster(request).effects, _query(request, AdminPageQuery).after)


async def list_injections(request: Request) -> Response:
    return _page("injections", _cluster(request).injections, _query(request, AdminPageQuery).after)


async def show_counters(request: Request) -> Response:
    return JSONResponse(plain(_cluster(request).counters()))


async def set_profile(request: Request) -> Response:
    cluster = _cluster(request)
    cluster.set_profile((await _body(request, ProfileTable)).profile())
    return JSONResponse(details_view(cluster))


async def list_faults(request: Request) -> Response:
    return JSONResponse({"faults": [rule_view(rule) for rule in _cluster(request).faults]})


async def add_fault(request: Request) -> Response:
    cluster = _cluster(request)
    try:
        table = read_fault(await read_body(request))
    except ValidationError as error:
        raise refused_body(error, FaultTable) from error
    if table.clusters and cluster.name not in table.clusters:
        raise AdminProblem(422, "not-acceptable", f"clusters: the path says {cluster.name!r}; leave this key out")
    try:
        rule = table.rule()
    except FaultError as error:
        raise AdminProblem(422, "not-acceptable", str(error)) from error
    try:
        cluster.add_fault(rule)
    except FaultError as error:
        raise AdminProblem(409, "label-taken", str(error)) from error
    where = {"Location": str(request.url_for("fault", cluster=cluster.name, label=rule.label))}
    return JSONResponse(rule_view(rule), status_code=201, headers=where)


async def clear_faults(request: Request) -> Response:
    _cluster(request).clear_faults()
    return Response(status_code=204)


async def remove_fault(request: Request) -> Response:
    try:
        _cluster(request).remove_fault(request.path_params["label"])
    except FaultError as error:
        raise AdminProblem(404, "no-such-fault", str(error)) from error
    return Response(status_code=204)


async def crash(request: Request) -> Response:
    body = await _body(request, CrashBody)
    _cluster(request).crash(down_for=body.down_for, wipe=body.wipe)
    return Response(status_code=204)


async def reset(request: Request) -> Response:
    _cluster(request).reset()
    return Response(status_code=204)


async def restore(request: Request) -> Response:
    _cluster(request).restore()
    return Response(status_code=204)


async def wait(request: Request) -> Response:
    query = _query(request, WaitQuery)
    cluster = _cluster(request)
    if query.counter not in cluster.counters():
        known = ", ".join(sorted(cluster.counters()))
        raise AdminProblem(422, "not-acceptable", f"counter: unknown counter {query.counter!r}; accepted: {known}")
    waits: Waits = request.app.state.waits
    try:
        async with waits.until_the_end():
            value = await cluster.wait_for_count(query.counter, query.at_least, timeout=query.timeout)
    except WaitError as error:
        value = cluster.counters()[query.counter]
        raise AdminProblem(504, "not-reached", str(error), counter=query.counter, value=value) from error
    return JSONResponse({"counter": query.counter, "value": value})


async def list_kinds(request: Request) -> Response:
    return JSONResponse({"faults": [kind_view(kind) for kind in FAULTS.values()]})


def _cluster(request: Request) -> FakeCluster:
    farm: Farm = request.app.state.farm
    try:
        return farm.cluster(request.path_params["cluster"])
    except FarmError as error:
        raise AdminProblem(404, "no-such-cluster", str(error)) from error


def _page(name: str, rows: Any, after: int) -> Response:
    found: Iterable[Any] = rows(after=after)
    return JSONResponse({name: plain(found)})


def _query(request: Request, model: type[Body]) -> Body:
    try:
        return model.model_validate(read_pairs(request.scope["query_string"]))
    except ValidationError as error:
        raise refused_body(error, model) from error
    except HttpInputError as error:
        raise AdminProblem(422, "not-acceptable", f"query: {error}") from error


async def _body(request: Request, model: type[Body]) -> Body:
    try:
        return model.model_validate(await read_body(request))
    except ValidationError as error:
        raise refused_body(error, model) from error
