"""The mutations of a module: every way to change one operator, one boundary or one truth value in its syntax tree."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from types import CodeType

__all__ = ["Mutation", "mutations_of"]

_OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}

Change = Callable[[], ast.expr]
"""Changes a node of the tree in place, and gives what stands there now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One change. place: the function (or class) around it. nth: which of those that read the same there, from 1."""

    line: int
    place: str
    before: str
    after: str
    nth: int
    code: CodeType

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What identifies it after lines have moved."""
        return self.place, self.before, self.after, self.nth


def mutations_of(source: str, path: str) -> Iterator[Mutation]:
    """All mutations of a module, in the order of the source. Raises SyntaxError."""
    seen: Counter[tuple[str, str, str]] = Counter()
    total = len(_sites(ast.parse(source)))
    for number in range(total):
        tree = ast.parse(source)
        place, node, change = _sites(tree)[number]
        before, line = ast.unparse(node), node.lineno
        after = ast.unparse(change())
        seen[place, before, after] += 1
        code = compile(ast.fix_missing_locations(tree), path, "exec")
        yield Mutation(line=line, place=place, before=before, after=after, nth=seen[place, before, after], code=code)


def _sites(tree: ast.Module) -> list[tuple[str, ast.expr, Change]]:
    return list(_within(tree, "module", is_bound=False))


def _within(node: ast.AST, place: str, *, is_bound: bool) -> Iterator[tuple[str, ast.expr, Change]]:
    """is_bound: whether a number that stands here is a boundary: part of a comparison, or a constant of the module."""
    for name, value in ast.iter_fields(node):
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or name in ("annotation", "returns"):
                continue
            inner = place
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = child.name if place == "module" else f"{place}.{child.name}"
            if isinstance(child, ast.expr):
                yield from ((place, child, change) for change in _changes(node, name, index, child, is_bound))
            bound = isinstance(child, ast.Compare) or (is_bound and not isinstance(child, ast.Call))
            yield from _within(child, inner, is_bound=bound or (place == "module" and isinstance(child, ast.Assign)))


def _changes(parent: ast.AST, field: str, index: int, node: ast.expr, is_bound: bool) -> Iterator[Change]:
    """The mutations of one expression; `parent`, `field` and `index` say where it stands."""

    def put(new: ast.expr) -> ast.expr:
        ast.copy_location(new, node)
        held = getattr(parent, field)
        if isinstance(held, list):
            held[index] = new
        else:
            setattr(parent, field, new)
        return new

    match node:
        case ast.Compare():
            for place, operator in enumerate(node.ops):
                yield lambda place=place, operator=operator: put(_compared(node, place, operator))  # type: ignore[misc]  # what it binds
        case ast.BoolOp():
            other = _OPERATORS[type(node.op)]
            yield lambda: put(ast.BoolOp(op=other(), values=node.values))  # type: ignore[arg-type]  # by its key
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield lambda: put(operand)
        case ast.Call(func=ast.Name(id=name)) if name in _CALLS:
            yield lambda: put(
                ast.Call(func=ast.Name(id=_CALLS[name], ctx=ast.Load()), args=node.args, keywords=node.keywords)
            )
        case ast.Constant(value=bool(value)) if isinstance(parent, ast.Return):
            yield lambda: put(ast.Constant(value=not value))
        case ast.Constant(value=int() | float()) if is_bound and not isinstance(node.value, bool):
            yield lambda: put(ast.Constant(value=node.value + 1))  # type: ignore[operator]  # a number


def _compared(node: ast.Compare, place: int, operator: ast.cmpop) -> ast.Compare:
    new = deepcopy(node)
    new.ops[place] = _OPERATORS[type(operator)]()  # type: ignore[call-overload]  # by its key
    return new
