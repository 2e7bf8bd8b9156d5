"""Texts of the record: words in each language of the atlas, by language tag.

Which languages those are stands in ``atlas.yaml``; the reader hands them to the model as the
context of a validation, under ``languages``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Annotated, Any

from babel import Locale, UnknownLocaleError
from pydantic import (
    AfterValidator,
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


def known_language(tag: str) -> str:
    """Return a tag that CLDR knows; ValueError for another."""
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        raise ValueError(f"{tag} is no language that CLDR knows") from None
    return tag


LanguageTag = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$"),
    AfterValidator(known_language),
]


def languages_of(data: Any) -> tuple[str, ...]:
    """Return the languages that the data of an atlas.yaml name; where none stand, its title's."""
    named = data.get("languages") if isinstance(data, dict) else None
    if not named:
        title = data.get("title") if isinstance(data, dict) else None
        named = list(title) if isinstance(title, dict) else []
    sound = isinstance(named, list) and all(isinstance(tag, str) for tag in named)
    return tuple(dict.fromkeys(named)) if sound else ()


def closest_language(tag: str, languages: Collection[str]) -> str | None:
    """Return the language of some that a BCP 47 tag means: itself, else what it is a kind of.

    With a region it means the language without one where that is among them, and the other way
    round; upper and lower case are alike. None where no language of them is the same.
    """
    if tag in languages:
        return tag
    parts, known = tag.lower().split("-"), {one.lower(): one for one in languages}
    for length in range(len(parts), 0, -1):
        if (general := "-".join(parts[:length])) in known:
            return known[general]
    return next((one for one in languages if one.lower().split("-")[0] == parts[0]), None)


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

    def columns(self, name: str) -> dict[str, str]:
        """Return the words as fields, one a language: ``summary_en``."""
        return {f"{name}_{lang}": words for lang, words in self.root.items()}

    def members(self, name: str, lang: str = "") -> dict[str, str]:
        """Return the words of a language, else of the first, under a name; others with their tag.

        ``title``, ``title_ar``.
        """
        plain = lang if lang in self.root else next(iter(self.root))
        others = {f"{name}_{tag}": words for tag, words in self.root.items() if tag != plain}
        return {name: self.root[plain], **others}

    def json_ld(self) -> list[dict[str, str]]:
        """Return the words as JSON-LD has them."""
        return [{"@value": words, "@language": lang} for lang, words in self.root.items()]

    @property
    def default(self) -> str:
        """Return the words in the first language of the atlas."""
        return next(iter(self.root.values()))

    def language(self, lang: str) -> str:
        """Return the language of its words for a reader of one: the closest, else the first."""
        return closest_language(lang, self.root) or next(iter(self.root))

    def __getitem__(self, lang: str) -> str:
        return self.root[self.language(lang)]

    def __hash__(self) -> int:
        return hash(tuple(self.root.items()))
