"""The OpenAPI document has every operation of the admin APIs; tests of these hold their answers to it."""

from typing import Any

from fake_clusters.admin.app import ROUTES
from harness.handbook.openapi import OPERATIONS, admin_openapi
from harness.toxics.admin import toxics_app


def _routed(routes: Any) -> set[tuple[str, str]]:
    return {
        (method, route.path.replace(":path", "")) for route in routes for method in (route.methods or set()) - {"HEAD"}
    }


def test_the_document_has_the_operations_of_both_apis() -> None:
    links: Any = toxics_app({}, token="secret", host="127.0.0.1")
    assert set(OPERATIONS) == _routed(ROUTES) | _routed(links._app.routes)


def test_every_reference_leads_to_a_schema() -> None:
    document = admin_openapi()

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*map(references, value.values()))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= known
