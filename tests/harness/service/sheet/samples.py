"""Sheets to start from in tests."""

__all__ = ["MINIMAL"]

MINIMAL = """
format = 1
name = "minimal"
[share]
name = "/name"
state = "/state"
size = "/size"
id = "/id"
[states]
active = ["on"]
pending = ["making"]
[create]
path = "/shares"
body = { name = "{name}", size = "{size}" }
[get]
path = "/shares/{name}"
share = ""
[list]
path = "/shares?in={location}"
items = ""
[delete]
path = "/shares/{name}"
[[answers]]
of = ["get"]
status = 404
means = "fail"
"""
"""The least that a sheet says."""
