"""What people read in a data release: README, licence and attribution, in each language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.resources import files

from layers.build.rows import BuiltAtlas
from layers.formats import FORMATS, FileFormat
from layers.formats.attribution import Credit, by_licence, licence_url, markdown, notice
from layers.formats.csv_ import described_columns
from layers.i18n import Translator, translator
from layers.i18n.catalogue import SOURCE
from layers.record.model import AtlasFile

_RULE = "\n\n---\n\n"


def readme(built: BuiltAtlas) -> str:
    """Return the README: in the first language of the atlas, then the same in the others."""
    return _in_each(built.record.atlas.languages, lambda words: _readme(built, words)) + "\n"


def citation(atlas: AtlasFile, sha256: str, words: Translator | None = None) -> str:
    """Return the line by which the release is cited, as the page writes it."""
    words = words or translator(atlas.languages[0])
    title = words.gettext("cite_atlas", title=words.pick(atlas.title))
    edition = words.gettext("cite_edition", edition=atlas.edition, digest=sha256[:12])
    return f"{words.published(atlas.publisher, title)}. {edition}"


def licence(built: BuiltAtlas, found: Sequence[Credit]) -> str:
    """Return which terms hold for which part, with the addresses of their texts."""
    atlas = built.record.atlas
    groups = by_licence(credit for credit in found if credit.part != "texts")
    others = [f"- {_line(name)}{_address(name)}" for name in groups]
    shown = []
    for words in map(translator, atlas.languages):
        title, at = _line(words.pick(atlas.title)), _address(atlas.licence)
        terms = words.gettext("formats.texts", title=title, licence=atlas.licence, at=at)
        shown.append("\n".join([terms, "", words.gettext("formats.data_of_others"), *others]))
    return "\n\n".join(shown) + "\n"


def attribution(found: Sequence[Credit], languages: Sequence[str]) -> str:
    """Return every maker under its licence, in each language."""

    def said(words: Translator) -> str:
        head = f"# {words.gettext('formats.whose')}\n\n{words.gettext('formats.whose_lead')}"
        return f"{head}\n\n{notice(found, words.lang).rstrip()}"

    return _in_each(languages, said) + "\n"


def _in_each(languages: Sequence[str], text_in: Callable[[Translator], str]) -> str:
    """Return a text in each language; from the second on it says which, and its direction."""
    first, *others = map(translator, languages)
    marked = (
        f'<div dir="{words.direction}" lang="{words.lang}">\n\n{text_in(words)}\n\n</div>'
        for words in others
    )
    return _RULE.join([text_in(first), *marked])


def _readme(built: BuiltAtlas, words: Translator) -> str:
    record, atlas = built.record, built.record.atlas
    text = readme_text(words.language.catalogue)
    return text.rstrip().format(
        title=markdown(words.pick(atlas.title)),
        atlas=atlas.id,
        edition=atlas.edition,
        record_from=atlas.record_from,
        record_to=atlas.record_to,
        sha256=record.sha256,
        version=version("tamas"),
        licence=markdown(atlas.licence),
        scope=markdown(words.pick(atlas.scope)),
        borders=markdown(words.pick(atlas.borders)),
        corrections=markdown(words.pick(atlas.corrections)),
        layers="\n".join(
            f"| `{key}` | {markdown(words.pick(one.title))} | {len(built.of_layer(key))} |"
            for key, one in record.layers.items()
        ),
        rows=len(built.frame),
        formats="\n".join(_format(one, words) for one in FORMATS.values()),
        columns="\n".join(
            f"| `{one.name}` | {one.kind} | {markdown(words.pick(one.says))} |"
            for one in described_columns("rows", record.languages)
        ),
        citation=markdown(citation(atlas, record.sha256, words)),
    )


def readme_text(catalogue: str) -> str:
    """Return the README's text in the language of a catalogue, the source's until it has one."""
    folder = files("layers.formats.package")
    own, source = (folder.joinpath(f"readme_{tag}.md") for tag in (catalogue, SOURCE))
    return (own if own.is_file() else source).read_text(encoding="utf-8")


def _format(one: FileFormat, words: Translator) -> str:
    how = "always" if one.hangs_on is None else "versions"
    same = words.gettext(f"formats.same.{how}", reason=one.hangs_on)
    return f"| `{one.id}` | {one.title} | `*{one.ending}` | {same} |"


def _address(name: str) -> str:
    return f" <{url}>" if (url := licence_url(name)) else ""


def _line(text: str) -> str:
    return " ".join(text.split())
