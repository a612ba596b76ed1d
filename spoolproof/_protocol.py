"""What this package and the lab say to each other: one request, then messages, each a line of JSON.

The request goes to the lab's stdin: `{"protocol", "parent", "task", "with"}`. On its stdout the lab answers
`{"lab", "version"}`, then messages: `{"ready": {…}}`, `{"result": {…}}` or `{"error": {"kind", "message"}}` with a kind
of `input`, `lab` or `start`. When its stdin ends, or the parent does, the lab ends.
"""

__all__ = ["PROTOCOL"]

PROTOCOL = 1
"""Raised by one when an older lab or an older client would misread a message."""
