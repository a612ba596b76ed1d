"""Template fields of a service's commands and files: `{python}`, `{port.api}`; `{{…}}` stands for the braces."""

import re
from collections.abc import Callable, Iterator

from connector.toml_words import did_you_mean

__all__ = ["FIELDS", "complaints", "hosts_in", "ports_in", "render"]

FIELDS = ("python", "work", "clusters_file", "known_hosts", "client_key", "user")
"""Those that stand alone."""

_DOTTED = ("host", "port")
_FIELD = re.compile(r"\{\{|\}\}|\{(?P<word>[a-z_]+)(?:\.(?P<name>[^{}\s]+))?\}")


def render(text: str, value: Callable[[str, str | None], str]) -> str:
    """The text with each field's value. value: of a field and the name behind its dot, if there is one."""

    def replaced(match: re.Match[str]) -> str:
        return match[0][0] if match["word"] is None else value(match["word"], match["name"])

    return _FIELD.sub(replaced, text)


def ports_in(text: str) -> Iterator[str]:
    """The names of the ports in it."""
    yield from _names_of("port", text)


def hosts_in(text: str) -> Iterator[str]:
    """The names of the clusters whose hosts are in it."""
    yield from _names_of("host", text)


def _names_of(word: str, text: str) -> Iterator[str]:
    for match in _FIELD.finditer(text):
        if match["word"] == word and match["name"] is not None:
            yield match["name"]


def complaints(text: str, clusters: list[str]) -> Iterator[str]:
    """What is wrong with its fields. clusters: those that have a host and a port."""
    for match in _FIELD.finditer(text):
        word, name = match["word"], match["name"]
        if word is None:
            continue
        if word not in FIELDS if name is None else word not in _DOTTED:
            accepted = [*FIELDS, "port.NAME", "host.CLUSTER"]
            yield (
                f"unknown field {match[0]}{did_you_mean(word, [*FIELDS, *_DOTTED])}; accepted: {', '.join(accepted)}, "
                "and {{ and }} for braces"
            )
        elif word == "host" and name not in clusters:
            yield f"unknown cluster {name!r}{did_you_mean(str(name), clusters)}; accepted: {', '.join(clusters)}"
