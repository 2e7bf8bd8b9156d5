"""The words of the page: out of each language's catalogue what its scripts name, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from layers.i18n import language, translator
from layers.i18n.catalogue import Phrase
from layers.web.page.assets import PAGE, modules, page_script

# A key in quotes, or the group of one that a value completes: "legend", `status.${status}`.
_QUOTED = re.compile(r"[\"'`]([a-z][\w.]*)")
# Modules that show `data.EVIDENCE` and nothing else.
_OF_EVIDENCE = ("agreed", "clauses", "sources", "steps")


def facts(languages: Iterable[str]) -> dict[str, dict[str, str | bool]]:
    """Return what the browser must know of each language, by its tag."""
    return {
        tag: {
            "lang": found.spoken,
            "locale": f"{str(found.locale).replace('_', '-')}-u-nu-latn",
            "direction": found.direction,
            "draft": found.is_draft,
            "name": found.native_name,
        }
        for tag, found in ((tag, language(tag)) for tag in languages)
    }


def page_phrases(lang: str) -> Mapping[str, Phrase]:
    """Return the phrases of a language that the page's script asks for, by key."""
    return phrases_of(lang, page_script())


@cache
def first_phrases(lang: str) -> Mapping[str, Phrase]:
    """Return those of `page_phrases` that the first view needs: evidence comes with its words."""
    scripts = (text for name, text in modules(PAGE).items() if name not in _OF_EVIDENCE)
    named = phrases_of(lang, "\n".join(scripts))
    return {key: phrase for key, phrase in page_phrases(lang).items() if key in named}


@cache
def phrases_of(lang: str, script: str) -> Mapping[str, Phrase]:
    """Return the phrases of a language whose keys, or groups of keys, a script names."""
    named = set(_QUOTED.findall(script))
    return {
        key: phrase
        for key, phrase in translator(lang).phrases.items()
        if key.removesuffix(".zero") in named or f"{key.rpartition('.')[0]}." in named
    }
