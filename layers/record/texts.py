"""Texts of the record: words in each language of the atlas, by language tag.

Which languages those are stands in ``atlas.yaml``; the reader hands them to the model as the
context of a validation, under ``languages``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import (
    ConfigDict,
    RootModel,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
    with_config,
)
from pydantic_core import InitErrorDetails, PydanticCustomError
from typing_extensions import TypedDict

SingleLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
LanguageTag = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")
]
LANGUAGES = ("en", "ar")
"""The languages of an atlas that does not name its own."""


def languages_of(data: Any) -> tuple[str, ...]:
    """Return the languages that the data of an atlas.yaml name, the default where none stand."""
    named = data.get("languages") if isinstance(data, dict) else None
    sound = isinstance(named, list) and named and all(isinstance(tag, str) for tag in named)
    return tuple(named) if named and sound else LANGUAGES


def by_language(given: Any, info: ValidationInfo, *, all_needed: bool) -> Any:
    """Check that words stand under the languages of the reading's atlas and under no other."""
    context: Mapping[str, tuple[str, ...]] = info.context or {}
    languages = context.get("languages", ())
    if not languages:  # made by the program, for the languages that it speaks
        return given
    try:
        return _words(languages, all_needed).validate_python(given)
    except ValidationError as error:
        listed = ", ".join(languages)
        strange = PydanticCustomError("no_language", f"is none of this atlas's languages: {listed}")
        details = [
            InitErrorDetails(
                type=strange if one["type"] == "extra_forbidden" else one["type"],
                loc=one["loc"],
                input=one["input"],
                ctx=one.get("ctx", {}),
            )
            for one in error.errors(include_url=False)
        ]
        raise ValidationError.from_exception_data(error.title, details) from None


@cache
def _words(languages: tuple[str, ...], all_needed: bool) -> TypeAdapter[Any]:
    lines: Any = dict.fromkeys(languages, SingleLine)
    if not all_needed:
        lines |= dict.fromkeys(languages[1:], SingleLine | None)
    words: Any = TypedDict("Words", lines)  # type: ignore[misc]
    return TypeAdapter(with_config(ConfigDict(extra="forbid"))(words))


class LocalizedText(RootModel[dict[str, SingleLine]]):
    """One text in each language of the atlas, by language tag."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _in_each_language(cls, given: Any, info: ValidationInfo) -> Any:
        return by_language(given, info, all_needed=True)

    def as_dict(self) -> dict[str, str]:
        """Return the text by language, as JSON has it."""
        return dict(self.root)

    @property
    def default(self) -> str:
        """Return the words in the first language of the atlas."""
        return next(iter(self.root.values()))

    def __getitem__(self, lang: str) -> str:
        return self.root[lang]

    def __hash__(self) -> int:
        return hash(tuple(self.root.items()))
