"""CQL2: parsed by the cql2 package, compiled here to masks over a collection's columns.

Logic is that of three values, as in SQL: a comparison with nothing is unknown, NOT unknown is
unknown, and only what is true is selected. That is the logic of pandas' `BooleanArray`.
"""

from __future__ import annotations

import functools
import itertools
import operator
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cql2
import numpy as np
import orjson
from pandas.arrays import BooleanArray

from api.columns import Mask
from api.crs import CRS
from api.filter_space import SPATIAL, spatial
from api.filter_time import TEMPORAL, instant, temporal
from api.table import FeatureTable
from layers.build.rows import Reading
from layers.errors import QueryError
from layers.settings import Settings


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value a feature (an array) or one for all, and where there is none."""

    kind: str
    value: Any
    null: Any = False


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
_COUNTS = {"isnull": 1, "between": 3}  # of arguments; the others take two


def evaluate(
    table: FeatureTable, text: str, lang: str, *, reading: Reading, crs: CRS, settings: Settings
) -> Mask:
    """Return which features a CQL2 expression chooses; `QueryError` says what is wrong."""
    tree = parse_cql2(text, lang, settings)
    holds = _Compiler(table, reading, crs).evaluate(tree)
    return holds.to_numpy(bool, na_value=False)


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
    terms = list(_terms(tree, deepest))
    if len(terms) > settings.max_filter_terms:
        raise _bad(f"has more than {settings.max_filter_terms} operators and values")
    if sum(_vertices(term) for term in terms if _is_shape(term)) > settings.max_filter_vertices:
        raise _bad(f"has more than {settings.max_filter_vertices} vertices")
    return tree


def _one_line(text: str) -> str:
    lines = [line.strip(" |-=>^") for line in text.splitlines()]
    return "; ".join(line for line in lines if line)[:200]


def _depth(text: str) -> int:
    """Return how many brackets of a text stand within each other."""
    steps = ((char in "([{") - (char in ")]}") for char in text)
    return max(itertools.accumulate(steps), default=0)


def _terms(node: Any, deepest: int, depth: int = 1) -> Iterator[Any]:
    """Yield every operator and value of an expression; a geometry is one."""
    if depth > deepest:
        raise _bad(f"is nested more than {deepest} deep")
    yield node
    if isinstance(node, dict) and not _is_shape(node):
        for key, value in node.items():
            yield from _terms(value, deepest, depth + (key == "args"))
    elif isinstance(node, list):
        for value in node:
            yield from _terms(value, deepest, depth)


def _is_shape(node: Any) -> bool:
    return isinstance(node, dict) and ("coordinates" in node or "geometries" in node)


def _vertices(part: Any) -> int:
    if isinstance(part, dict):
        part = [part.get("coordinates", []), part.get("geometries", [])]
    if not isinstance(part, list):
        return 0
    return 1 if part and isinstance(part[0], int | float) else sum(map(_vertices, part))


class _Compiler:
    """Turns a tree into masks over one collection."""

    def __init__(self, table: FeatureTable, reading: Reading, crs: CRS) -> None:
        self.table = table
        self.size = len(table)
        self.reading = reading
        self.crs = crs

    def evaluate(self, node: Any) -> BooleanArray:
        """Return where a boolean expression holds."""
        if isinstance(node, bool):
            return self._boolean(node)
        if not isinstance(node, dict):
            raise _bad(f"{str(node)[:40]!r} is neither true nor false")
        if "property" in node:
            flag = self.scalar(node)
            if flag.kind != "boolean":
                raise _bad(f"property {node['property']!r} is neither true nor false")
            return self._boolean(flag.value, flag.null)
        op, args = str(node.get("op", "")).lower(), node.get("args", [])
        if op in ("and", "or"):
            if not args:
                raise _bad(f"{op} needs two expressions")
            join = operator.and_ if op == "and" else operator.or_
            return functools.reduce(join, map(self.evaluate, args))
        if op == "not":
            return ~self.evaluate(*_arguments(op, args, 1))
        if op not in _PREDICATES:
            raise _not_offered(op)
        return self._predicate(op, _arguments(op, args, _COUNTS.get(op, 2)))

    def _predicate(self, op: str, args: list[Any]) -> BooleanArray:
        if op in _COMPARE:
            return self._compare(_COMPARE[op], *map(self.scalar, args))
        if op == "isnull":
            return self._boolean(self._is_null(*args))
        if op == "like":
            return self._like(*args)
        if op == "between":
            value, low, high = map(self.scalar, args)
            return self._compare(operator.ge, value, low) & self._compare(operator.le, value, high)
        if op == "in":
            return self._in(*args)
        if op in _ARRAYS:
            return self._boolean(np.frompyfunc(_ARRAYS[op], 2, 1)(*map(self._list, args)))
        if op in TEMPORAL:
            return self._boolean(*temporal(self.table, op, args))
        return self._boolean(*spatial(self.table, self.reading, self.crs, op, args))

    def scalar(self, node: Any) -> Scalar:
        """Return a property or a literal as a value for comparison."""
        if isinstance(node, bool):
            return Scalar("boolean", node)
        if isinstance(node, int | float):
            return Scalar("number", float(node))
        if isinstance(node, str):
            return Scalar("string", node)
        if isinstance(node, dict):
            if "property" in node:
                return self._property(str(node["property"]))
            if "date" in node or "timestamp" in node:
                return Scalar("date", instant(node))
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
        if given.kind != "string":
            raise _bad(f"{op} takes text")
        return Scalar("string", np.frompyfunc(_FOLDS[op], 1, 1)(given.value), given.null)

    def _compare(self, how: Callable[[Any, Any], Any], one: Scalar, other: Scalar) -> BooleanArray:
        one, other = _read_as(other.kind, one), _read_as(one.kind, other)
        if one.kind != other.kind:
            raise _bad(f"compares {one.kind} with {other.kind}")
        if one.kind == "strings" and how not in (operator.eq, operator.ne):
            raise _bad("a list has no order")
        unknown = np.asarray(one.null) | np.asarray(other.null)
        return self._boolean(how(one.value, other.value), unknown)

    def _in(self, node: Any, values: Any) -> BooleanArray:
        if not isinstance(values, list) or not values:
            raise _bad("in needs a list of values")
        value = self.scalar(node)
        same = (self._compare(operator.eq, value, self.scalar(other)) for other in values)
        return functools.reduce(operator.or_, same)

    def _like(self, node: Any, pattern: Any) -> BooleanArray:
        value, like = self.scalar(node), self.scalar(pattern)
        if value.kind != "string" or not isinstance(like.value, str):
            raise _bad("like compares text with a pattern")
        fits = np.frompyfunc(like_matcher(like.value), 1, 1)
        return self._boolean(fits(value.value), value.null)

    def _is_null(self, node: Any) -> Mask:
        if isinstance(node, dict) and node.get("property") == "geometry":
            return self.table.shapeless[self.reading]
        if isinstance(node, dict) and "property" in node:
            return np.asarray(self._property(str(node["property"])).null, bool)
        return np.zeros(self.size, bool)

    def _list(self, node: Any) -> Any:
        """Return a set of texts for all features, or an array with one for each."""
        if isinstance(node, list) and all(isinstance(item, str) for item in node):
            return frozenset(node)
        if isinstance(node, dict) and "property" in node:
            found = self._property(str(node["property"]))
            if found.kind == "strings":
                return np.frompyfunc(frozenset, 1, 1)(found.value)
        raise _bad("array operators take a list of text or a property that is one")

    def _boolean(self, holds: Any, unknown: Any = False) -> BooleanArray:
        """Return where something holds and where that is unknown, also of all features alike."""
        values, mask = (
            np.broadcast_to(np.asarray(given, bool), (self.size,)) for given in (holds, unknown)
        )
        return BooleanArray(values, mask)


def _read_as(kind: str, given: Scalar) -> Scalar:
    """Return a value as one of another kind, where it can be read so.

    A text beside a date is read as a date, and 0 or 1 beside a truth value as one: GDAL has no
    truth values of its own.
    """
    if kind == "date" and isinstance(given.value, str):
        return Scalar("date", instant({"date": given.value}))
    literal = given.kind == "number" and np.isscalar(given.value)
    if kind == "boolean" and literal and given.value in (0, 1):
        return Scalar("boolean", bool(given.value))
    return given


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
    first, *others = parts
    if others:
        # An atomic group never looks for its part again further on.
        *between, last = others
        first += "".join(f"(?>.*?{part})" for part in between) + f".*{last}"
    fits = re.compile(first, re.DOTALL).fullmatch
    return lambda text: fits(text) is not None


def _arguments(op: str, args: Any, count: int) -> list[Any]:
    if not isinstance(args, list) or len(args) != count:
        raise _bad(f"{op} takes {count} argument{'s' if count > 1 else ''}")
    return args


def _not_offered(op: str) -> QueryError:
    return _bad(f"operator {op[:40]!r} is not offered")


def _bad(message: str) -> QueryError:
    return QueryError("filter", "", message)
