"""Write reference pages from what they describe: the OpenAPI document, the command's options.

The text of such a page ends where the generated part begins, so nothing is written to disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click
import typer
from sphinx.application import Sphinx

from api.app import OPERATIONS
from api.openapi import document
from api.tables import tables
from layers.build.assembly import build
from layers.cli import app as command
from layers.record.reader import read
from layers.settings import BUNDLED_SEEDS, Settings

TAGS = {"about": "About the service", "features": "Features", "questions": "Questions"}


def rest() -> Iterator[str]:
    """Tell every operation of the OpenAPI document, by its tag."""
    record = read(BUNDLED_SEEDS)
    served = tables(build(record)).values()
    made = document("http://127.0.0.1:8000", record, Settings(), served, OPERATIONS)
    every = [one["responses"] for methods in made["paths"].values() for one in methods.values()]
    shared = {status for status in every[0] if all(status in one for one in every)} - {"200"}
    yield "\nEvery address may answer these; each lists what else it answers.\n\n"
    yield from _responses({status: every[0][status] for status in shared}, made)
    for tag in made["tags"]:
        yield f"\n## {TAGS[tag['name']]}\n"
        for path, operations in made["paths"].items():
            for method, operation in operations.items():
                if tag["name"] in operation.get("tags", ()):
                    name = f"{method.upper()} {path}"
                    own = {k: v for k, v in operation["responses"].items() if k not in shared}
                    yield from _operation(name, operation, made)
                    yield from _responses(own, made)


def _operation(name: str, operation: dict[str, Any], made: dict[str, Any]) -> Iterator[str]:
    yield f"\n### `{name}`\n\n{operation['summary']}.\n"
    if operation.get("parameters"):
        yield "\n| parameter | values | what |\n|---|---|---|\n"
    for one in (_resolved(each, made) for each in operation.get("parameters", ())):
        needed = " Required." if one.get("required") else ""
        what = _cell(one["description"] + needed)
        yield f"| `{one['name']}` | {_cell(_values(one['schema']))} | {what} |\n"
    body = operation.get("requestBody")
    if body:
        yield f"\nBody: {_types(body['content'])}.\n"
    yield "\n"


def _responses(responses: dict[str, Any], made: dict[str, Any]) -> Iterator[str]:
    for status, answer in sorted(responses.items()):
        answer = _resolved(answer, made)
        types = f" ({_types(answer['content'])})" if answer.get("content") else ""
        yield f"- **{status}** {answer['description']}{types}\n"


def _resolved(given: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference of the document refers to, and anything else as it is."""
    if "$ref" not in given:
        return given
    _, _, group, key = given["$ref"].split("/")
    found: dict[str, Any] = made["components"][group][key]
    return found


def _types(content: dict[str, Any]) -> str:
    return ", ".join(f"`{name.split(';')[0]}`" for name in content)


def _values(schema: dict[str, Any]) -> str:
    """Return what a parameter may be, in a few words."""
    words = [", ".join(f"`{one}`" for one in schema["enum"])] if "enum" in schema else []
    words = words or [schema.get("format", schema.get("type", ""))]
    words += [f"from {schema['minimum']}"] if "minimum" in schema else []
    words += [f"to {schema['maximum']}"] if "maximum" in schema else []
    words += [f"default {schema['default']}"] if "default" in schema else []
    return " ".join(words)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def commands() -> Iterator[str]:
    """Tell every command with its arguments and options."""
    yield from _group(typer.main.get_command(command), "tamas")


def _group(group: Any, name: str) -> Iterator[str]:
    for key, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from _group(one, f"{name} {key}")
        else:
            yield from _command(one, f"{name} {key}")


def _command(one: Any, name: str) -> Iterator[str]:
    context = click.Context(one, info_name=name)
    taken = " ".join(piece for piece in one.collect_usage_pieces(context))
    yield f"\n## `{name}`\n\n{one.help}\n\n```text\n{name} {taken}\n```\n"
    options = [
        shown
        for option in one.get_params(context)
        if (shown := option.get_help_record(context)) and shown[0] != "--help"
    ]
    if options:
        yield "\n| option | what |\n|---|---|\n"
    for names, what in options:
        yield f"| `{_cell(names)}` | {_cell(what)} |\n"


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "reference/rest": rest,
    "reference/command": commands,
}


def add(_: Sphinx, page: str, source: list[str]) -> None:
    """Put the generated part of a page after its text."""
    if page in PAGES:
        source[0] += "".join(PAGES[page]())


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the pages."""
    app.connect("source-read", add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
