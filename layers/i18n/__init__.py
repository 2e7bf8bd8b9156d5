"""Words, dates, numbers and lists in the languages that people read.

One catalogue a language (``catalogues/ar.po``, gettext PO) holds every phrase of page, site,
service, print, plots and exports; its keys are the messages' contexts, the source's are the ids.
What CLDR knows (direction, script, months, plurals, conjunctions) comes from Babel here and from
``Intl`` in the browser. Nothing outside this package asks which language it writes in.
"""

from layers.i18n.languages import Language, choose_language, direction_of, language, script_of
from layers.i18n.translator import Translator, explained, localized, translator

__all__ = [
    "Language",
    "Translator",
    "choose_language",
    "direction_of",
    "explained",
    "language",
    "localized",
    "script_of",
    "translator",
]
