"""The OpenAPI document of the reference pipeline's API, as it is without a store."""

import json
from typing import Any

from pipeline.api.app import create_api
from pipeline.settings import ApiSettings

__all__ = ["api_document", "api_document_json"]


def api_document() -> dict[str, Any]:
    """The document."""
    document: dict[str, Any] = json.loads(api_document_json())
    return document


def api_document_json() -> str:
    """The document as a file."""
    from pipeline.metrics import Metrics  # brings prometheus_client along, which no world needs

    api = create_api(
        None,  # type: ignore[arg-type]  # nothing is asked of it
        ApiSettings(),
        clock=lambda: 0.0,
        new_id=str,
        metrics=Metrics(),
    )
    return api.document().decode() + "\n"
