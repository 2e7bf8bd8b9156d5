"""YAML as data alone.

PyYAML's safe loader still guesses (``on`` becomes True, 2020-03-05 a date, 12:30 a number),
lets a later key silently replace an earlier one, and expands aliases without bound. Seed
files need none of that: here scalars are null, true/false, numbers or text, a repeated key
and any alias, anchor or tag is refused. So is data nested deeper than `DEEPEST`: the loader's
recursion in C would end the process.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import yaml

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EventLoader: Any = getattr(yaml, "CLoader", yaml.Loader)
DEEPEST = 64
_MAY_REFER = re.compile(r"(^|[\s\[{,:-])[&*!]\S", re.MULTILINE)
_MAY_BE_DEEP = re.compile(rf"^[ ?:-]{{{DEEPEST}}}", re.MULTILINE)


class PlainError(ValueError):
    """The text is no plain YAML; the message says where and how to mend it."""


class _PlainLoader(_Base):  # type: ignore[misc]  # the C loader has no stub
    """The safe loader without implicit types beyond those of JSON."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping of text keys, refusing one that is given twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise PlainError(f"{_line(key)}: a key must be text")
            if key.value in seen:
                raise PlainError(f"{_line(key)}: key {key.value!r} is given twice; keep one")
            seen.add(key.value)
        result: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return result


for _tag, _pattern, _first in (
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("bool", r"^(?:true|false)$", ["t", "f"]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
    ("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?$", list("-0123456789")),
    ("float", r"^-?\.(?:nan|inf|NaN|Inf)$", ["-", "."]),
):
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def load(text: str) -> Any:
    """Return the data of a YAML text; `PlainError` says what it must not hold."""
    flow = text.count("[") + text.count("{")
    if flow > DEEPEST or _MAY_BE_DEEP.search(text) or _MAY_REFER.search(text):
        _refuse_more_than_data(text)
    try:
        return yaml.load(text, Loader=_PlainLoader)  # noqa: S506  # a safe loader's subclass
    except yaml.YAMLError as error:
        raise PlainError(_reason(error)) from None


def _refuse_more_than_data(text: str) -> None:
    """Read the text event by event, which builds nothing and does not recurse."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_EventLoader):
            tag = getattr(event, "tag", None)
            anchor = getattr(event, "anchor", None)
            if anchor or isinstance(event, yaml.AliasEvent):
                raise PlainError(f"{_line(event)}: aliases are not read; write the value out")
            if tag is not None and tag != "!":
                raise PlainError(f"{_line(event)}: tag {tag!r} is not read; write plain data")
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                raise PlainError(f"{_line(event)}: nested too deep; {DEEPEST} levels are enough")
    except yaml.YAMLError as error:
        raise PlainError(_reason(error)) from None


def _line(marked: Any) -> str:
    mark = marked.start_mark
    return f"line {mark.line + 1}" if mark is not None else "somewhere"


def _reason(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"line {mark.line + 1}: {problem}" if mark is not None else str(problem)
