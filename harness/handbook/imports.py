"""Who imports whom, read from the source, and the levels that follow from it."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Graph", "Level", "imports_of", "levels_of", "reduced"]

Graph = Mapping[str, frozenset[str]]
"""By name, the names that it imports; never its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Groups of names that import only from the levels below. A group of several is a cycle."""

    groups: tuple[tuple[str, ...], ...]


def imports_of(root: Path, packages: Iterable[str], node_of: Callable[[str], str | None]) -> Graph:
    """The graph of `node_of` each module, which maps a dotted module name to a node, or to None to leave it out."""
    found: dict[str, set[str]] = {}
    for package in packages:
        for path in sorted((root / package).rglob("*.py")):
            module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            node = node_of(module)
            if node is None:
                continue
            targets = map(node_of, _imported(ast.parse(path.read_text(encoding="utf-8"))))
            found.setdefault(node, set()).update(target for target in targets if target and target != node)
    return {node: frozenset(targets & found.keys()) for node, targets in sorted(found.items())}


def _imported(tree: ast.Module) -> Iterator[str]:
    for each in ast.walk(tree):
        if isinstance(each, ast.Import):
            yield from (alias.name for alias in each.names)
        elif isinstance(each, ast.ImportFrom) and each.module and not each.level:
            yield from (f"{each.module}.{alias.name}" for alias in each.names)


def levels_of(graph: Graph) -> list[Level]:
    """From the top; every group stands as low as what it imports allows."""
    reach = _reachable(graph)
    groups = sorted({tuple(sorted(_cycle(node, reach))) for node in graph})
    group_of = {node: group for group in groups for node in group}
    height: dict[tuple[str, ...], int] = {}

    def measure(group: tuple[str, ...]) -> int:
        if group not in height:
            below = {group_of[target] for node in group for target in graph[node]} - {group}
            height[group] = 1 + max(map(measure, below), default=-1)
        return height[group]

    for group in groups:
        measure(group)
    return [
        Level(groups=tuple(group for group in groups if height[group] == level))
        for level in range(max(height.values(), default=-1), -1, -1)
    ]


def reduced(graph: Graph) -> Graph:
    """Without the imports that follow from others: a -> c goes where a -> b and b -> c are there."""
    reach = _reachable(graph)
    return {
        node: frozenset(
            target
            for target in targets
            if not any(target in reach[other] and node not in reach[other] for other in targets - {target})
        )
        for node, targets in graph.items()
    }


def _cycle(node: str, reach: Mapping[str, frozenset[str]]) -> set[str]:
    return {node} | {other for other in reach[node] if node in reach[other]}


def _reachable(graph: Graph) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for start in graph:
        seen: set[str] = set()
        ahead = list(graph[start])
        while ahead:
            node = ahead.pop()
            if node not in seen:
                seen.add(node)
                ahead += graph[node]
        found[start] = frozenset(seen)
    return found
