"""What an atlas's languages lack: catalogues, and phrases in them."""

from __future__ import annotations

import io
from collections.abc import Iterator

from babel.messages import Catalog
from babel.messages.plurals import get_plural
from babel.messages.pofile import write_po

from layers.i18n.catalogue import SOURCE, plural_categories, read_catalogue, source_messages
from layers.i18n.languages import language
from layers.record.model import Record


def language_notes(record: Record) -> Iterator[str]:
    """Yield a line for each language whose pages are not wholly in its own words."""
    for tag in record.interface_languages:
        found = language(tag)
        if not found.has_catalogue:
            yield (
                f"{tag}: no catalogue has its words: those of {SOURCE} stand around its texts, "
                f"marked as such; 'tamas new language {tag}' writes one to fill"
            )
            continue
        catalogue = read_catalogue(found.catalogue)
        if catalogue.missing:
            yield f"{tag}: {len(catalogue.missing)} phrases of its catalogue are not translated"
        if catalogue.draft:
            yield f"{tag}: its words are a machine draft, not read by a speaker; pages say so"


def untranslated(tag: str) -> str:
    """Return a catalogue (gettext PO) of a language with every phrase still to be translated."""
    locale = language(tag).cldr
    forms = len(plural_categories(locale))
    rule = get_plural(locale)
    shown = rule.plural_expr if rule.num_plurals == forms else "0"
    about = (
        f"# The phrases of tamas in {locale.english_name}, to be filled in. What is left empty\n"
        "# counts as missing and is said in the source's words.\n"
    )
    headers = {
        "Project-Id-Version": "tamas",
        "Language": str(locale),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals={forms}; plural={shown};",
    }
    head = "".join(f'"{name}: {value}\\n"\n' for name, value in headers.items())
    made = Catalog(locale=locale)
    for message in source_messages():
        made.add(
            message.id,
            ("",) * forms if message.pluralizable else "",
            auto_comments=message.auto_comments,
            user_comments=message.user_comments,
            flags=message.flags,
            context=message.context,
        )
    out = io.BytesIO()
    write_po(out, made, omit_header=True, width=100)
    return f'{about}msgid ""\nmsgstr ""\n{head}\n{out.getvalue().decode()}'
