"""Small changes of a module's code, each of which a test must notice.

What is changed: a number (also one written as text), an edge, a truth, an `and`, a `not`, a sign,
the least for the most. Annotations are left alone, and so is every other text, and the values that
an input of a score tries: each stands for all of its band, and the one beside it does so too.
"""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_PAIRS: Final[tuple[tuple[type[ast.AST], type[ast.AST]], ...]] = (
    (ast.Lt, ast.LtE),
    (ast.Gt, ast.GtE),
    (ast.Eq, ast.NotEq),
    (ast.Is, ast.IsNot),
    (ast.In, ast.NotIn),  # codespell:ignore
    (ast.And, ast.Or),
    (ast.BitAnd, ast.BitOr),
    (ast.Add, ast.Sub),
    (ast.Mult, ast.Div),
)
_OPERATORS: Final = {one: two for a, b in _PAIRS for one, two in ((a, b), (b, a))}
_NAME_PAIRS: Final = (
    ("min", "max"),
    ("minimum", "maximum"),
    ("at_least", "above"),
    ("at_most", "below"),
    ("any", "all"),
    ("bisect_left", "bisect_right"),
)
_NAMES: Final = {one: two for a, b in _NAME_PAIRS for one, two in ((a, b), (b, a))}

# From which argument on a call gives the values that an input tries.
_TRIES_FROM: Final = {"last": 1, "context": 1, "last_since": 2, "Input": 2}


class Mutant(NamedTuple):
    """One change: its line, what it says, and the whole module with it."""

    line: int
    told: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Give every mutant of a module."""
    tree = ast.parse(source)
    whole = [*_annotations(tree), *_tries(tree)]
    left_alone = {id(node) for part in whole for node in ast.walk(part)}
    for place, node in enumerate(ast.walk(tree)):
        for which in range(0 if id(node) in left_alone else len(_changes(node))):
            mutated = copy.deepcopy(tree)
            changed = next(other for at, other in enumerate(ast.walk(mutated)) if at == place)
            _changes(changed)[which]()
            told = f"{ast.unparse(node)} -> {ast.unparse(changed)}"
            yield Mutant(getattr(node, "lineno", 0), told, ast.fix_missing_locations(mutated))


def _annotations(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        for field in ("annotation", "returns"):
            if (annotation := getattr(node, field, None)) is not None:
                yield annotation


def _tries(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if name in _TRIES_FROM:
                yield from args[_TRIES_FROM[name] :]


def _changes(node: ast.AST) -> list[Callable[[], None]]:
    """Give what can be changed in one node, each as a function that does it."""

    def put(field: str, value: object) -> Callable[[], None]:
        return lambda: setattr(node, field, value)

    match node:
        case ast.Constant(value=bool(truth)):
            return [put("value", not truth)]
        case ast.Constant(value=int(number) | float(number)):
            return [put("value", number + 1), put("value", number - 1)]
        case ast.Constant(value=str(text)) if _NUMBER.fullmatch(text):
            step = Decimal(1).scaleb(int(Decimal(text).as_tuple().exponent))
            return [put("value", str(Decimal(text) + way * step)) for way in (1, -1)]
        case ast.Compare(ops=[operator]) if type(operator) in _OPERATORS:
            return [put("ops", [_OPERATORS[type(operator)]()])]
        case ast.BoolOp(op=operator) | ast.BinOp(op=operator) if type(operator) in _OPERATORS:
            return [put("op", _OPERATORS[type(operator)]())]
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub() as operator, operand=operand):
            return [put("operand", ast.UnaryOp(type(operator)(), operand))]
        case ast.Call(func=ast.Name(id=name)) if name in _NAMES:
            return [put("func", ast.Name(_NAMES[name], ast.Load()))]
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _NAMES:
            return [put("func", ast.Attribute(value, _NAMES[name], ast.Load()))]
        case _:
            return []
