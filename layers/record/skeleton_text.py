"""The text of a skeleton: each field to fill in, with what it means, in the atlas's languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from babel import Locale, UnknownLocaleError
from pydantic import BaseModel

from layers.record.kinds import DEFAULT_KINDS
from layers.record.model import Layer, Zone
from layers.record.placeholders import MARK
from layers.record.texts import LocalizedText

# Fields that need not be there and that a person should still look at.
_OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "Claim": ("locator", "places", "actors"),
    "Dispute": ("zones",),
    "Source": ("url",),
    "Unknown": ("zones", "claims"),
    "ZoneKind": ("names", "line", "text", "marker"),
}
# What fields start from that nobody has to fill in, and what they are for.
_EMPTY: Mapping[str, tuple[str, str]] = {
    "Claim.where": ("null", "start, end and quote_sha256 where a copy of the text was kept"),
    "Claim.places": ("[]", "{place: id, role: at, from, to, near, within, venue or mentioned}"),
    "Claim.actors": ("[]", "ids of the actors it speaks of"),
    "Dispute.zones": ("[]", "ids of the zones that it is about"),
    "Source.sha256": ("null", "of the text that was read, null where none was kept"),
    "Unknown.zones": ("[]", "ids of the zones that it is about"),
    "Unknown.claims": ("[]", "ids of the claims that bear on it"),
}
# A dispute has two sides; every other list starts with one record.
_ITEMS: Mapping[str, int] = {"Dispute.sides": 2}


def item_text(model: type[BaseModel], name: str, indent: str, languages: Sequence[str]) -> str:
    """Return a record as an item of a list."""
    text = record_text(model, name, f"{indent}  ", languages)
    return f"{indent}- {text[len(indent) + 2 :]}"


def record_text(model: type[BaseModel], name: str, indent: str, languages: Sequence[str]) -> str:
    """Return a record as YAML: its id, and the mark for each value that a person knows."""
    if model is LocalizedText:
        return "".join(f"{indent}{lang}: {MARK} in {language_name(lang)}\n" for lang in languages)
    return "".join(_field(model, field, name, indent, languages) for field in shown_fields(model))


def shown_fields(model: type[BaseModel]) -> list[str]:
    """Return the fields that a skeleton of a record has: those that must be there, and some."""
    also = _OPTIONAL.get(model.__name__, ())
    fields = model.model_fields.items()
    return [name for name, field in fields if field.is_required() or name in also]


def _field(
    model: type[BaseModel], field: str, name: str, indent: str, languages: Sequence[str]
) -> str:
    shown, about = model.model_fields[field].alias or field, _about(model, field)
    head, key = f"{indent}{shown}:", f"{model.__name__}.{field}"
    inner = _model_in(model.model_fields[field].annotation)
    if field == "id":
        return f"{head} {name}\n"
    if key in _EMPTY:
        value, said = _EMPTY[key]
        return f"{head} {value}  # {said}\n"
    if field == "recipe":
        return f"{head}  # {about}\n{indent}  op: {MARK} how it is drawn\n"
    if field == "claims":
        return f"{head} [{todo(model, field)}]\n"
    if inner is None:
        return f"{head} {todo(model, field)}\n"
    if get_origin(model.model_fields[field].annotation) is list:
        items = item_text(inner, name, f"{indent}  ", languages) * _ITEMS.get(key, 1)
        return f"{head}\n{items}"
    comment = f"  # {about}" if about else ""
    return f"{head}{comment}\n{record_text(inner, name, f'{indent}  ', languages)}"


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the record that a field holds, one or a list of them; None for a plain value."""
    found = [annotation, *get_args(annotation)]
    return next((m for m in found if isinstance(m, type) and issubclass(m, BaseModel)), None)


def language_name(tag: str) -> str:
    """Return what a language is called."""
    try:
        return Locale.parse(tag, sep="-").english_name or tag
    except (UnknownLocaleError, ValueError):
        return tag


def todo(model: type[BaseModel], field: str) -> str:
    """Return the mark with what is to be filled in, as plain YAML text."""
    choices = _choices(model.model_fields[field].annotation)
    if (model, field) in ((Zone, "type"), (Layer, "style")):  # any string: a record may add kinds
        choices = list(DEFAULT_KINDS)
    said = _about(model, field).replace(": ", " ").replace(" #", " ")
    listed = f" ({' / '.join(choices)})" if choices else ""
    return f"{MARK} {said or field.replace('_', ' ')}{listed}".replace("[", "(").replace("]", ")")


def _about(model: type[BaseModel], field: str) -> str:
    return model.model_fields[field].description or ""


def _choices(annotation: Any) -> list[str]:
    """Return the words that a field allows, none where it takes any."""
    if get_origin(annotation) is Literal:
        return [str(word) for word in get_args(annotation)]
    return [w for one in get_args(annotation) if one is not NoneType for w in _choices(one)]
