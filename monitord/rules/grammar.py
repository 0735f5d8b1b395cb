"""The grammar of a condition, and the one place where text is cut into a parse tree.

The parser is a table (LALR): it never evaluates, never recurses, and its input is bounded.
Sense (are the names known, do the kinds fit) is not its business: see `language`.
"""

from typing import Final, TypeAlias, cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from monitord.domain.refusals import nearest, shown
from monitord.rules.problems import ConditionProblems, Fault

ParseTree: TypeAlias = Tree[Token]

# Longer or deeper than any condition a person can read; it bounds everything that walks a tree.
TEXT_LENGTH_MAX: Final = 2_000
DEPTH_MAX: Final = 40

GRAMMAR: Final = r"""
?start: either

?either:     both ("or" both)*
?both:       negation ("and" negation)*
?negation:   "not" negation                               -> denial
           | comparison
?comparison: sum COMPARATOR sum                           -> compared
           | sum "in" "(" word ("," word)* ")"            -> membership
           | sum
?sum:        product
           | sum (PLUS | MINUS) product                   -> arithmetic
?product:    signed
           | product (TIMES | OVER) signed                -> arithmetic
?signed:     MINUS signed                                 -> negative
           | atom
?atom:       number
           | span
           | word
           | reading
           | "(" either ")"

number:      NUMBER PER_HOUR?
span:        SPAN
word:        WORD
reading:     NAME ("." NAME)* arguments?
arguments:   "(" [argument ("," argument)*] ")"
argument:    [COMPARATOR] signed

COMPARATOR:  ">=" | ">" | "<=" | "<" | "==" | "!="
PLUS:        "+"
MINUS:       "-"
TIMES:       "*"
OVER:        "/"
PER_HOUR:    "per_hour"
NUMBER:      /[0-9]+(\.[0-9]+)?(?![A-Za-z0-9_.])/
SPAN:        /[0-9]+(ms|s|min|h|d)(?![A-Za-z0-9_.])/
WORD:        /"[^"\n]*"|'[^'\n]*'/
NAME:        /[A-Za-z_][A-Za-z0-9_]*/

%ignore /[ \t\r\n]+/
"""

_PARSER: Final = Lark(GRAMMAR, parser="lalr", maybe_placeholders=True)

# What the parser's terminals are called when speaking to a person; a sign goes without saying.
_SPOKEN: Final = {
    "COMPARATOR": "a comparison such as >=",
    "PLUS": "arithmetic",
    "TIMES": "arithmetic",
    "OVER": "arithmetic",
    "PER_HOUR": "per_hour",
    "NUMBER": "a number",
    "SPAN": "a span such as 30s, 5min, 2h, 1d",
    "WORD": "a quoted word",
    "NAME": "a name",
    "OR": "or",
    "AND": "and",
    "NOT": "not",
    "IN": "in",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "DOT": ".",
    "$END": "the end",
}
KEYWORDS: Final = ("and", "or", "not", "in", "per_hour")
_ALMOST: Final = {"=": "==", "&": "and", "|": "or", "!": "not", "≥": ">=", "≤": "<=", "≠": "!="}


def parse_tree(text: str) -> ParseTree:
    """Cut a text into a parse tree, at most `DEPTH_MAX` deep; raises `ConditionProblems`."""
    if len(text) > TEXT_LENGTH_MAX:
        fault = Fault(
            TEXT_LENGTH_MAX, f"{len(text)} characters", f"at most {TEXT_LENGTH_MAX}; split the rule"
        )
        raise ConditionProblems(text, [fault])
    try:
        tree = _PARSER.parse(text)
    except UnexpectedInput as problem:
        raise ConditionProblems(text, [_fault(text, problem)]) from None
    if _depth(tree) > DEPTH_MAX:
        fault = Fault(0, f"more than {DEPTH_MAX} levels", "a flatter condition; split the rule")
        raise ConditionProblems(text, [fault])
    return tree


def _depth(tree: ParseTree) -> int:
    deepest = 0
    waiting: list[tuple[ParseTree, int]] = [(tree, 1)]
    while waiting:
        branch, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in branch.children if isinstance(child, Tree))
    return deepest


def _fault(text: str, problem: UnexpectedInput) -> Fault:
    match problem:
        case UnexpectedToken(token=Token(type="$END"), accepts=accepts):
            return Fault(len(text), "the end", _expected(accepts))
        case UnexpectedToken(token=token, accepts=accepts):
            almost = nearest(str(token), KEYWORDS) if token.type == "NAME" else None
            return Fault(token.start_pos or 0, shown(str(token), 20), _expected(accepts), almost)
        case UnexpectedCharacters(allowed=allowed):
            offset = cast("int", problem.pos_in_stream)  # declared as None by the library
            rest = text[offset:]
            found = shown(rest.split()[0] if rest.split() else rest, 20)
            return Fault(offset, found, _expected(allowed), _ALMOST.get(rest[0]))
        case _:
            raise AssertionError(f"the parser raised {problem!r}")


def _expected(terminals: set[str]) -> str:
    words = list(dict.fromkeys(_SPOKEN[word] for word in _SPOKEN if word in terminals))
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)
