"""CQL2: parsed by the cql2 package, compiled here to masks over a collection's columns.

Logic is that of three values, as in SQL: a comparison with nothing is unknown, NOT unknown is
unknown, and only what is true is selected. Each is therefore two masks, where it holds and
where it does not; elsewhere it is unknown.
"""

from __future__ import annotations

import functools
import operator
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cql2
import numpy as np
import orjson

from api.columns import Mask
from api.crs import CRS
from api.filter_space import SPATIAL, spatial
from api.filter_time import TEMPORAL, instant, temporal
from api.table import FeatureTable
from layers.build.rows import Reading
from layers.errors import QueryError
from layers.settings import Settings


@dataclass(frozen=True, slots=True)
class TernaryMask:
    """Where something holds and where it does not; where neither, it is unknown."""

    true: Mask
    false: Mask

    def __and__(self, other: TernaryMask) -> TernaryMask:
        return TernaryMask(self.true & other.true, self.false | other.false)

    def __or__(self, other: TernaryMask) -> TernaryMask:
        return TernaryMask(self.true | other.true, self.false & other.false)

    def __invert__(self) -> TernaryMask:
        return TernaryMask(self.false, self.true)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value a feature (an array) or one for all, and where there is none."""

    kind: str
    value: Any
    null: Any


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_FOLDS: dict[str, Callable[[str], str]] = {
    "casei": str.casefold,
    "accenti": lambda text: "".join(
        c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
    ),
}
_ARRAYS: dict[str, Callable[[frozenset[str], frozenset[str]], bool]] = {
    "a_contains": frozenset.issuperset,
    "a_containedby": frozenset.issubset,
    "a_equals": frozenset.__eq__,
    "a_overlaps": lambda one, other: not one.isdisjoint(other),
}
_WORDS = ("and", "or", "not", "isnull", "like", "between", "in")
_PREDICATES = frozenset({*_WORDS, *_COMPARE, *_ARRAYS, *TEMPORAL, *SPATIAL})


def evaluate(
    table: FeatureTable, text: str, lang: str, *, reading: Reading, crs: CRS, settings: Settings
) -> Mask:
    """Return which features a CQL2 expression chooses; `QueryError` says what is wrong."""
    tree = parse_cql2(text, lang, settings)
    return _Compiler(table, reading, crs).evaluate(tree).true


def parse_cql2(text: str, lang: str, settings: Settings) -> Any:
    """Return the expression as a CQL2 JSON tree, within the limits."""
    deepest = settings.max_filter_depth
    if _depth(text) > 4 * deepest:  # brackets; the tree itself is measured below
        raise _bad(f"is nested more than {deepest} deep")
    try:
        if lang == "cql2-json":
            orjson.loads(text)  # with a plainer message than the parser of the filter has
            tree = cql2.parse_json(text).to_json()
        else:
            tree = cql2.parse_text(text).to_json()
    except orjson.JSONDecodeError as error:
        raise _bad(f"is no JSON ({error})") from None
    except Exception as error:  # noqa: BLE001  # the package raises that itself, for POINT EMPTY
        raise _bad(f"cannot be read: {_one_line(str(error))}") from None
    terms, vertices = _measure(tree, deepest)
    if terms > settings.max_filter_terms:
        raise _bad(f"has more than {settings.max_filter_terms} operators and values")
    if vertices > settings.max_filter_vertices:
        raise _bad(f"has more than {settings.max_filter_vertices} vertices")
    return tree


def _one_line(text: str) -> str:
    lines = [line.strip(" |-=>^") for line in text.splitlines()]
    return "; ".join(line for line in lines if line)[:200]


def _depth(text: str) -> int:
    deepest = now = 0
    for char in text:
        if char in "([{":
            now += 1
            deepest = max(deepest, now)
        elif char in ")]}":
            now -= 1
    return deepest


def _measure(tree: Any, deepest: int) -> tuple[int, int]:
    """Return how many terms and how many vertices an expression has."""
    terms = vertices = 0
    rest = [(tree, 1)]
    while rest:
        node, depth = rest.pop()
        if depth > deepest:
            raise _bad(f"is nested more than {deepest} deep")
        terms += 1
        if isinstance(node, dict) and ("coordinates" in node or "geometries" in node):
            vertices += _vertices(node)
        elif isinstance(node, dict):
            rest += [(value, depth + (key == "args")) for key, value in node.items()]
        elif isinstance(node, list):
            rest += [(value, depth) for value in node]
    return terms, vertices


def _vertices(node: Any) -> int:
    count = 0
    rest = [node.get("coordinates", []), node.get("geometries", [])]
    while rest:
        part = rest.pop()
        if isinstance(part, dict):
            rest += [part.get("coordinates", []), part.get("geometries", [])]
        elif isinstance(part, list):
            if part and isinstance(part[0], int | float):
                count += 1
            else:
                rest += part
    return count


class _Compiler:
    """Turns a tree into masks over one collection."""

    def __init__(self, table: FeatureTable, reading: Reading, crs: CRS) -> None:
        self.table = table
        self.size = len(table)
        self.reading = reading
        self.crs = crs

    def evaluate(self, node: Any) -> TernaryMask:
        """Return where a boolean expression holds."""
        if isinstance(node, bool):
            return self._ternary(np.full(self.size, node))
        if not isinstance(node, dict):
            raise _bad(f"{str(node)[:40]!r} is neither true nor false")
        if "property" in node:
            flag = self.scalar(node)
            if flag.kind != "boolean":
                raise _bad(f"property {node['property']!r} is neither true nor false")
            return self._ternary(flag.value, flag.null)
        op, args = str(node.get("op", "")).lower(), node.get("args", [])
        if op in ("and", "or"):
            return self._logical(op, args)
        if op == "not":
            return ~self.evaluate(*_arguments(op, args, 1))
        return self._predicate(op, args)

    def _logical(self, op: str, args: list[Any]) -> TernaryMask:
        if not args:
            raise _bad(f"{op} needs two expressions")
        join = operator.and_ if op == "and" else operator.or_
        return functools.reduce(join, map(self.evaluate, args))

    def _predicate(self, op: str, args: list[Any]) -> TernaryMask:
        if op in _COMPARE:
            one, other = (self.scalar(arg) for arg in _arguments(op, args, 2))
            return self._compare(_COMPARE[op], one, other)
        if op == "isnull":
            return self._ternary(self._is_null(*_arguments(op, args, 1)))
        if op == "like":
            return self._like(*_arguments(op, args, 2))
        if op == "between":
            value, low, high = (self.scalar(arg) for arg in _arguments(op, args, 3))
            return self._compare(operator.ge, value, low) & self._compare(operator.le, value, high)
        if op == "in":
            return self._in(*_arguments(op, args, 2))
        if op in _ARRAYS:
            return self._array(op, *_arguments(op, args, 2))
        if op in TEMPORAL:
            true, unknown = temporal(self.table, op, _arguments(op, args, 2))
            return self._ternary(true, unknown)
        if op in SPATIAL:
            pair = _arguments(op, args, 2)
            return self._ternary(*spatial(self.table, self.reading, self.crs, op, pair))
        raise _not_offered(op)

    def scalar(self, node: Any) -> Scalar:
        """Return a property or a literal as a value for comparison."""
        if isinstance(node, bool):
            return Scalar("boolean", node, False)
        if isinstance(node, int | float):
            return Scalar("number", float(node), False)
        if isinstance(node, str):
            return Scalar("string", node, False)
        if isinstance(node, dict):
            if "property" in node:
                return self._property(str(node["property"]))
            if "date" in node or "timestamp" in node:
                return Scalar("date", instant(node), False)
            op = str(node.get("op", "")).lower()
            if op in _FOLDS:
                return self._fold(op, self.scalar(*_arguments(op, node.get("args", []), 1)))
            if op and op not in _PREDICATES:
                raise _not_offered(op)
            raise _bad(f"{op or 'this'!r} gives no value that can be compared")
        raise _bad(f"{str(node)[:40]!r} cannot be compared")

    def _property(self, name: str) -> Scalar:
        column = self.table.columns.get(name)
        if column is None or column.kind == "json":
            known = [key for key, held in self.table.columns.items() if held.kind != "json"]
            raise _bad(f"there is no queryable {name[:40]!r}; known: geometry, {', '.join(known)}")
        return Scalar(column.kind, column.array, column.null)

    def _fold(self, op: str, given: Scalar) -> Scalar:
        fold = _FOLDS[op]
        if given.kind != "string":
            raise _bad(f"{op} takes text")
        if isinstance(given.value, str):
            return Scalar("string", fold(given.value), False)
        held = np.empty(self.size, object)
        held[:] = [fold(value) for value in given.value]
        return Scalar("string", held, given.null)

    def _compare(self, how: Callable[[Any, Any], Any], one: Scalar, other: Scalar) -> TernaryMask:
        one, other = _coerce(one, other)
        if one.kind == "strings" and how not in (operator.eq, operator.ne):
            raise _bad("a list has no order")
        result = np.broadcast_to(np.asarray(how(one.value, other.value), bool), (self.size,))
        return self._ternary(result, np.asarray(one.null) | np.asarray(other.null))

    def _in(self, node: Any, values: Any) -> TernaryMask:
        if not isinstance(values, list) or not values:
            raise _bad("in needs a list of values")
        value = self.scalar(node)
        same = (self._compare(operator.eq, value, self.scalar(other)) for other in values)
        return functools.reduce(operator.or_, same)

    def _like(self, node: Any, pattern: Any) -> TernaryMask:
        value, like = self.scalar(node), self.scalar(pattern)
        if value.kind != "string" or not isinstance(like.value, str):
            raise _bad("like compares text with a pattern")
        fits = like_matcher(like.value)
        if isinstance(value.value, str):
            return self._ternary(np.full(self.size, fits(value.value)))
        found = np.fromiter((fits(text) for text in value.value), bool, self.size)
        return self._ternary(found, value.null)

    def _is_null(self, node: Any) -> Mask:
        if isinstance(node, dict) and node.get("property") == "geometry":
            return self.table.shapeless[self.reading]
        if isinstance(node, dict) and "property" in node:
            return np.asarray(self._property(str(node["property"])).null, bool)
        return np.zeros(self.size, bool)

    def _array(self, op: str, one: Any, other: Any) -> TernaryMask:
        first, second = self._list(one), self._list(other)
        test = _ARRAYS[op]
        pairs = zip(first, second, strict=True)
        return self._ternary(np.fromiter((test(a, b) for a, b in pairs), bool, self.size))

    def _list(self, node: Any) -> list[frozenset[str]]:
        if isinstance(node, list) and all(isinstance(item, str) for item in node):
            return [frozenset(node)] * self.size
        if isinstance(node, dict) and "property" in node:
            found = self._property(str(node["property"]))
            if found.kind == "strings":
                return [frozenset(value) for value in found.value]
        raise _bad("array operators take a list of text or a property that is one")

    def _ternary(self, true: Any, unknown: Any = False) -> TernaryMask:
        holds = np.asarray(true, bool)
        known = ~np.broadcast_to(np.asarray(unknown, bool), (self.size,))
        return TernaryMask(holds & known, ~holds & known)


def _coerce(one: Scalar, other: Scalar) -> tuple[Scalar, Scalar]:
    """Return two values of one kind.

    A text beside a date is read as a date, and 0 or 1 beside a truth value as one: GDAL has no
    truth values of its own.
    """
    if one.kind == other.kind:
        return one, other
    if one.kind == "date" and isinstance(other.value, str):
        return one, Scalar("date", instant({"date": other.value}), False)
    if other.kind == "date" and isinstance(one.value, str):
        return Scalar("date", instant({"date": one.value}), False), other
    for flag, number in ((one, other), (other, one)):
        literal = (flag.kind, number.kind) == ("boolean", "number") and np.isscalar(number.value)
        if literal and number.value in (0, 1):
            truth = Scalar("boolean", bool(number.value), False)
            return (flag, truth) if flag is one else (truth, flag)
    raise _bad(f"compares {one.kind} with {other.kind}")


def like_matcher(pattern: str) -> Callable[[str], bool]:
    r"""Return a test for a LIKE pattern: % for any text, _ for one character, \ before both.

    Parts between % are looked for in turn, leftmost first, so no pattern takes more time than
    the length of the text times that of the pattern.
    """
    parts: list[str] = [""]
    marks = re.findall(r"\\.|%|_|[^\\%_]+|\\", pattern, re.DOTALL)
    for mark in marks:
        if mark == "%":
            parts.append("")
        elif mark == "_":
            parts[-1] += "."
        else:
            plain = mark[1:] if mark.startswith("\\") and len(mark) == 2 else mark
            parts[-1] += re.escape(plain)
    made = [re.compile(part, re.DOTALL) for part in parts]
    last = re.compile(parts[-1] + r"\Z", re.DOTALL)

    def fits(text: str) -> bool:
        if len(made) == 1:
            return made[0].fullmatch(text) is not None
        found = made[0].match(text)
        for part in made[1:-1]:
            if found is None:
                return False
            found = part.search(text, found.end())
        return found is not None and last.search(text, found.end()) is not None

    return fits


def _arguments(op: str, args: Any, count: int) -> list[Any]:
    if not isinstance(args, list) or len(args) != count:
        raise _bad(f"{op} takes {count} argument{'s' if count > 1 else ''}")
    return args


def _not_offered(op: str) -> QueryError:
    return _bad(f"operator {op[:40]!r} is not offered")


def _bad(message: str) -> QueryError:
    return QueryError("filter", "", message)
