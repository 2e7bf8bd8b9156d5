"""The documentation as a page: every resource with its parameters and a form to try it.

Forms need no script, so the page loads nothing and works under the strictest policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from fastapi import Request

from api.html_frame import page, rows, word
from api.links import address
from api.snapshot import Snapshot

_TAGS = ("features", "questions", "about")


def _operations(document: Mapping[str, Any], request: Request, lang: str) -> list[str]:
    """Return the operations, those of a kind together."""
    made = []
    for tag in _TAGS:
        made.append(f"<h2>{word(tag, lang)}</h2>")
        for path, verbs in document["paths"].items():
            for verb, operation in verbs.items():
                if tag in operation["tags"]:
                    made.append(_operation(request, path, verb, operation, lang))
    return made


def whole(request: Request, snapshot: Snapshot, document: Mapping[str, Any], lang: str) -> bytes:
    """Return the page."""
    where = escape(address(request, "/openapi.json"))
    body = [
        f'<p class="lead">{word("docs_lead", lang)} <a href="{where}">OpenAPI 3.0</a></p>',
        *_operations(document, request, lang),
    ]
    trail = [("/api", word("data", lang))]
    return page(request, snapshot.built.record, lang, word("docs", lang), body, trail=trail)


def _operation(
    request: Request, path: str, verb: str, operation: Mapping[str, Any], lang: str
) -> str:
    facts = [
        (
            f"<code>{escape(each['name'])}</code>",
            escape(each["description"])
            + (f" ({word('needed', lang)})" if each["required"] else ""),
        )
        for each in operation["parameters"]
    ]
    form = _form(request, path, operation, lang) if verb == "get" else _example(request, lang)
    return (
        f'<details class="operation" id="{escape(operation["operationId"])}"><summary>'
        f'<span class="verb">{verb.upper()}</span><code>{escape(path)}</code>'
        f"<span>{escape(operation['summary'])}</span></summary><div>{rows(facts)}{form}</div>"
        "</details>"
    )


def _form(request: Request, path: str, operation: Mapping[str, Any], lang: str) -> str:
    """Return a form; a path with a name in it is tried on the first collection."""
    if "{item_id}" in path:
        return ""
    first = next(iter(request.app.state.current.snapshot.tables))
    action = escape(address(request, "/try" + path.replace("{collection_id}", first)))
    fields = "".join(_field(each) for each in operation["parameters"] if each["in"] == "query")
    return (
        f'<form class="ask" method="get" action="{action}">{fields}'
        f'<button class="dark">{word("try", lang)}</button></form>'
    )


def _field(parameter: Mapping[str, Any]) -> str:
    name, schema = escape(parameter["name"]), parameter["schema"]
    needed = " required" if parameter["required"] else ""
    if "enum" in schema:
        options = "".join(f"<option>{escape(value)}</option>" for value in schema["enum"])
        return f"<label>{name}<select name={name}><option></option>{options}</select></label>"
    kind = "date" if schema.get("format") == "date" else "text"
    return f'<label>{name}<input type="{kind}" name="{name}"{needed}></label>'


def _example(request: Request, lang: str) -> str:
    where = escape(address(request, "/at"))
    text = f"curl --data-binary @points.csv -H 'content-type: text/csv' {where}"
    return f"<p>{word('body', lang)}</p><pre>{text}</pre><pre>id,lon,lat,on,known_by</pre>"
