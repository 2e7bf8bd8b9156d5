"""What is wrong with a value of a record, in words that say how to mend it.

The words are for who writes seed files: no class, type or expression of the program is in them.
"""

from __future__ import annotations

import re
from typing import Any

from layers.record.base import ID_PATTERN

# 5-Mar, 05.03.2020, Mar-05, 2020/3/5: what a spreadsheet makes of text that might be a day.
_DATED = re.compile(r"^\d{1,4}[-./ ]?(?:\d{1,2}|[A-Z][a-z]{2})\b|^[A-Z][a-z]{2}[-. ]\d{1,4}$")
_WITH_UNIT = re.compile(r"^\s*[+-]?\d+(?:[.,]\d+)?\s*[^\d\s.,]+\s*$")
_MOST_SHOWN = 80
# What each form of text is, by the expression that it must match.
_FORMS = {
    r"^https?://\S+$": "must be an address that begins with https:// or http://, without spaces",
    r"^[0-9a-f]{64}$": "must be a SHA-256: 64 digits and letters a to f",
    r"^[a-z]{2}$": "must be two lower-case letters, as en",
    r"^#[0-9A-Fa-f]{6}$": "must be a colour, in quotes, as '#RRGGBB' of hexadecimal digits",
    r"^[a-z0-9]+([_-][a-z0-9]+)*$": "must be lower-case letters, digits and single _ or -",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "must be an id: lower-case letters, digits and single hyphens",
    r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$": "must be a language tag, as en or sr-Latn",
    r"^C[0-9]+$": "must be C and digits, as C1234",
}
_BY_TYPE = {
    "dict_type": "must hold words by language, one a line",
    "literal_error": "must be {expected}",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a valid number",
    "float_parsing": "must be a valid number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list: [a, b], or each entry in a line of its own after '- '",
    "tuple_type": "must be a list, as [a, b]",
    "set_type": "must be a list, as [a, b]",
    "too_short": "must have at least {min_length} in its list",
    "too_long": "must have at most {max_length} in its list",
    "greater_than_equal": "must be greater than or equal to {ge:g}",
    "greater_than": "must be greater than {gt:g}",
    "less_than_equal": "must be less than or equal to {le:g}",
    "less_than": "must be less than {lt:g}",
}
_ENTRIES = {
    "Interval": "must be kilometres without a unit: a number, or [low, high]",
    "Bearing": "must be degrees clockwise from north: a number, [low, high], or a point as SSW",
}


def fault_words(item: Any) -> str:
    """Return what a fault of pydantic means: what must stand there, and what was found."""
    kind, given, context = item["type"], item.get("input"), item.get("ctx", {})
    match kind:
        case "missing":
            return "is missing; add it"
        case "extra_forbidden":
            return f"is not a field of this record; remove it or check its spelling{_comma(item)}"
        case "no_language":
            return f"{item['msg']}{_comma(item)}"
        case "union_tag_invalid":
            known = context["expected_tags"].replace("'", "")
            return f"recipe of unknown kind {context['tag']!r}; known: {known}"
        case "union_tag_not_found":
            return "a recipe needs its kind: 'op: disc', 'op: corridor', ..."
        case "value_error":
            return str(context["error"])
        case "finite_number":
            return "must be a number, not NaN or infinite"
        case "string_type" if isinstance(given, int | float):
            return f"must be text; put it in quotes: '{given}'"
        case "literal_error" if isinstance(given, int) and f"'{given}'" in context["expected"]:
            return f"must be {context['expected']}; put it in quotes: '{given}'"
        case "string_pattern_mismatch" if context["pattern"] == ID_PATTERN:
            hint = "; a spreadsheet made a date of it: format the column as text, write the id anew"
            made = hint if _DATED.search(str(given)) else ""
            return f"must be lower-case letters, digits and single hyphens{_found(given)}{made}"
        case _:
            return f"{_must_be(kind, context, item['msg'])}{_found(given)}{_unit(kind, given)}"


def _must_be(kind: str, context: dict[str, Any], message: str) -> str:
    match kind:
        case "string_pattern_mismatch":
            return _FORMS.get(context["pattern"], "has another form than is asked for")
        case "model_type" | "model_attributes_type":
            entry = "must be fields with their values, as 'id: ...' in lines of their own"
            return _ENTRIES.get(context.get("class_name", ""), entry)
        case _ if kind in _BY_TYPE:
            return _BY_TYPE[kind].format(**context)
        case _:
            return message[0].lower() + message[1:].replace("Input should", "must")


def _found(given: Any) -> str:
    if isinstance(given, str | int | float):
        return f" (found {repr(given)[:_MOST_SHOWN]})"
    words = {dict: "fields with values", list: "a list", type(None): "nothing"}
    return f" (found {words.get(type(given), 'something else')})"


def _comma(item: Any) -> str:
    """Return a hint where a comma in a text without quotes made a field of the text's rest."""
    if item.get("input") is not None:
        return ""
    return "; a text that holds a comma must stand in quotes"


def _unit(kind: str, given: Any) -> str:
    if kind.startswith(("float", "int")) and isinstance(given, str) and _WITH_UNIT.match(given):
        return "; write it without its unit"
    return ""
