"""Change a YAML file of the record where its data change: all else keeps its bytes.

What a person wrote stays as it is, comments and line breaks too: only the text of a value that
is another one is written anew, in the form that the files of a record have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from layers.record.strict_yaml import PlainError, load

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_WIDTH = 100
_COMMENT = re.compile(r"(?:^|\s)#", re.MULTILINE)


class Edit(NamedTuple):
    """A stretch of a text and what comes in its place."""

    start: int
    end: int
    text: str


class _Dumper(yaml.SafeDumper):
    """Writes what `layers.record.strict_yaml` reads: a date needs no quotes, a number does."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # PyYAML's own attribute

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  # PyYAML's
        super().increase_indent(flow, indentless=False)


class _FlowMap(dict[str, Any]):
    pass


class _FlowList(list[Any]):
    pass


for _tag, _form, _first in (
    ("null", r"~|null|$", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?|-?\.(?:nan|inf|NaN|Inf)",
     list("-.0123456789")),
):  # fmt: skip
    _Dumper.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_form})$"), _first)
_Dumper.add_representer(
    _FlowMap, lambda to, data: to.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)
)
_Dumper.add_representer(
    _FlowList, lambda to, data: to.represent_sequence("tag:yaml.org,2002:seq", data, True)
)


def written(data: Any, indent: int = 0, *, flow: bool = False) -> str:
    """Return data as the files of a record have them, each line after so many spaces.

    A list of plain values stands in one line, a short record in a list too; with ``flow``, all.
    """
    styled = _flow(data) if flow else _styled(data, listed=False)
    text = yaml.dump(
        styled, Dumper=_Dumper, allow_unicode=True, sort_keys=False,
        default_flow_style=False, width=10**9 if flow else _WIDTH - indent,
    )  # fmt: skip
    lines = str(text).removesuffix("...\n").splitlines(keepends=True)
    return "".join(f"{' ' * indent}{line}" if line.strip() else line for line in lines)


def changed(text: str, new: Any) -> str:
    """Return the text of a file with new data in it; `PlainError` where it has no place for them.

    The order of new fields is that of the new data; lists may grow at their ends or be replaced.
    """
    windows = "\r\n" in text and text.count("\r\n") == text.count("\n")
    before = text.replace("\r\n", "\n") if windows else text
    old = load(before)
    if old == new:
        return text
    node = yaml.compose(before, Loader=_Loader)
    if node is None:
        after = f"{before}{written(new)}"
    else:
        after = _applied(before, list(_edits(before, node, old, new)))
    if load(after) != new:
        raise PlainError("has a form that cannot be changed here; change it by hand")
    return after.replace("\n", "\r\n") if windows else after


def _applied(text: str, edits: list[Edit]) -> str:
    parts, at = [], 0
    for edit in sorted(edits, key=lambda one: one.start):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def _edits(text: str, node: yaml.Node, old: Any, new: Any, *, flow: bool = False) -> Iterator[Edit]:
    """Yield what changes one value into another, inside it as far as that can be done."""
    if old == new:
        return
    flow = flow or (isinstance(node, yaml.CollectionNode) and bool(node.flow_style and node.value))
    if isinstance(node, yaml.MappingNode) and _can_change(text, node, new):
        yield from _mapping_edits(text, node, old, new, flow=flow)
    elif isinstance(node, yaml.SequenceNode) and _can_grow(node, new):
        for item, before, after in zip(node.value, old, new, strict=False):
            yield from _edits(text, item, before, after, flow=flow)
        if added := new[len(old) :]:
            yield _appended(text, node, added)
    else:
        _keep_comments(text, node, _at(node))
        body = _in_line(new) if flow else written(new, node.start_mark.column).strip()
        yield Edit(_at(node), _end(text, node), body)


def _can_change(text: str, node: yaml.MappingNode, new: Any) -> bool:
    """Tell whether a mapping may be changed within; else it is written as a whole."""
    names = [key.value for key, _ in node.value]
    if not isinstance(new, dict) or not new or not names or node.flow_style:
        return isinstance(new, dict) and set(names) == set(new)
    # What stands after a dash cannot go with its line.
    return names[0] in new or not text[_line_start(text, node) : _at(node)].strip()


def _can_grow(node: yaml.SequenceNode, new: Any) -> bool:
    count = len(node.value) if isinstance(new, list) else 0
    return bool(count) and (len(new) == count or (len(new) > count and not node.flow_style))


def _mapping_edits(
    text: str, node: yaml.MappingNode, old: Mapping[str, Any], new: Mapping[str, Any], *, flow: bool
) -> Iterator[Edit]:
    entries = {key.value: (key, value) for key, value in node.value}
    for name, (key, value) in entries.items():
        if name not in new:
            yield Edit(_line_start(text, key), min(_line_end(text, value) + 1, len(text)), "")
    indent, before = node.start_mark.column, None
    for name, value in new.items():
        if name in entries:
            before = entries[name][1]
            yield from _value_edits(text, entries[name], old[name], value, flow=flow)
            continue
        added = written({name: value}, indent).rstrip("\n")
        if before is None:
            yield Edit(_at(node), _at(node), f"{added.lstrip()}\n{' ' * indent}")
        else:
            at = _line_end(text, before)
            yield Edit(at, at, f"\n{added}")


def _value_edits(
    text: str, entry: tuple[yaml.Node, yaml.Node], old: Any, new: Any, *, flow: bool
) -> Iterator[Edit]:
    """Yield what changes the value of a field: what follows its colon where all of it changes."""
    key, value = entry
    inner = list(_edits(text, value, old, new, flow=flow))
    if flow or [edit[:2] for edit in inner] != [(_at(value), _end(text, value))]:
        yield from inner
        return
    start = text.index(":", key.end_mark.index) + 1
    _keep_comments(text, value, start)
    body = written({"_": new}, key.start_mark.column).rstrip("\n")
    yield Edit(start, _end(text, value), body[body.index(":") + 1 :])


def _in_line(value: Any) -> str:
    """Return a value as it stands within brackets."""
    return written([value], flow=True).strip()[1:-1]


def _appended(text: str, node: yaml.SequenceNode, added: list[Any]) -> Edit:
    """Return what puts items after the last one of a list, in the manner of that list."""
    at = _line_end(text, node)
    gap = "\n" if text[: _line_start(text, node.value[-1])].endswith("\n\n") else ""
    items = "".join(f"\n{gap}{written([one], _dash(text, node)).rstrip()}" for one in added)
    return Edit(at, at, items)


def _dash(text: str, node: yaml.SequenceNode) -> int:
    """Return the column of the dashes of a list."""
    item = node.value[-1]
    return text[_line_start(text, item) : _at(item)].index("-")


def _keep_comments(text: str, node: yaml.Node, start: int) -> None:
    """Refuse to write over a comment that stands among what is replaced."""
    if isinstance(node, yaml.CollectionNode) and _COMMENT.search(text[start : _end(text, node)]):
        line = node.start_mark.line + 1
        raise PlainError(f"line {line}: a comment stands in what changes; change it by hand")


def _at(node: yaml.Node) -> int:
    return int(node.start_mark.index)


def _end(text: str, node: yaml.Node) -> int:
    """Return where the last words of a node end: a block of YAML ends where the next begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(node, yaml.MappingNode) else last)
    end = int(node.end_mark.index)
    block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return len(text[:end].rstrip()) if block else end


def _line_start(text: str, node: yaml.Node) -> int:
    return text.rfind("\n", 0, _at(node)) + 1


def _line_end(text: str, node: yaml.Node) -> int:
    """Return where the last line of a node ends, before its line feed."""
    found = text.find("\n", _end(text, node))
    return found if found >= 0 else len(text)


def _styled(data: Any, *, listed: bool) -> Any:
    """Return data with short ones marked: they stand in one line."""
    if isinstance(data, Mapping):
        short = listed and "id" not in data and not any(map(_nested, data.values()))
        inner = {name: _styled(value, listed=False) for name, value in data.items()}
        return _FlowMap(inner) if short else inner
    if isinstance(data, list | tuple):
        plain = not any(map(_nested, data))
        return _flow(data) if plain else [_styled(value, listed=True) for value in data]
    return data


def _flow(data: Any) -> Any:
    if isinstance(data, Mapping):
        return _FlowMap({name: _flow(value) for name, value in data.items()})
    return _FlowList(map(_flow, data)) if isinstance(data, list | tuple) else data


def _nested(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple)
