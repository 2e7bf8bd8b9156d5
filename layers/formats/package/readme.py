"""What people read in a data release: README, licence and attribution, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from importlib.resources import files
from typing import Literal

from layers.build.rows import BuiltAtlas
from layers.formats import FORMATS, Format
from layers.formats.attribution import LEGAL, Credit, by_licence, markdown, notice
from layers.formats.csv_ import described_columns
from layers.i18n import translator
from layers.record.model import Atlas

Lang = Literal["en", "ar"]
_RULE = "\n\n---\n\n"
_DATA = {
    "en": "The data of others that went into shapes and places keep the licences of their makers "
    "(who they are: ATTRIBUTION.md):",
    "ar": "لبيانات الآخرين التي دخلت في الأشكال والأماكن تراخيص أصحابها (وهم في ATTRIBUTION.md):",
}
_TEXTS = {
    "en": "The texts and the compilation of “{title}” are licensed under {licence}{at}.",
    "ar": "نصوص «{title}» وتجميعه مرخّصة بموجب {licence}{at}.",
}
_MADE_OF = {
    "en": "# Whose data these are\n\nDerived from exactly the rows, places and texts of this "
    "release. Each row names its own in `attribution`.\n",
    "ar": "# لمن هذه البيانات\n\nمستخرج مما في هذا الإصدار من أسطر وأماكن ونصوص لا غير. "
    "ويسمّي كل سطر أصحاب بياناته في `attribution`.\n",
}
_SAME = {
    "en": ("yes", "yes, with the same versions: {reason}", "no: {reason}"),
    "ar": ("نعم", "نعم، بالإصدارات نفسها: {reason}", "لا: {reason}"),
}


def readme(built: BuiltAtlas) -> str:
    """Return the README: English, then the same in Arabic from right to left."""
    english, arabic = _readme(built, "en"), _readme(built, "ar")
    return f'{english}{_RULE}<div dir="rtl" lang="ar">\n\n{arabic}\n\n</div>\n'


def citation(atlas: Atlas, sha256: str, lang: Lang = "en") -> str:
    """Return the line by which the release is cited, as the page writes it."""
    words = translator(lang)
    title = words.gettext("cite_atlas", title=words.pick(atlas.title))
    edition = words.gettext("cite_edition", edition=atlas.edition, digest=sha256[:12])
    return f"{title}. {edition}"


def licence(built: BuiltAtlas, found: Sequence[Credit]) -> str:
    """Return which terms hold for which part, with the addresses of their texts."""
    atlas = built.record.atlas
    shown = []
    for lang in ("en", "ar"):
        title, at = _line(atlas.title.as_dict()[lang]), _address(atlas.licence)
        terms = _TEXTS[lang].format(title=title, licence=atlas.licence, at=at)
        groups = by_licence(credit for credit in found if credit.part != "texts")
        others = [f"- {_line(name)}{_address(name)}" for name in groups]
        shown.append("\n".join([terms, "", _DATA[lang], *others]))
    return "\n\n".join(shown) + "\n"


def attribution(found: Sequence[Credit]) -> str:
    """Return every maker under its licence, in both languages."""
    english, arabic = (f"{_MADE_OF[lang]}\n{notice(found, lang)}" for lang in ("en", "ar"))
    return f'{english}{_RULE.lstrip()}<div dir="rtl" lang="ar">\n\n{arabic}\n</div>\n'


def _readme(built: BuiltAtlas, lang: Lang) -> str:
    record, atlas = built.record, built.record.atlas
    text = files("layers.formats.package").joinpath(f"readme_{lang}.md").read_text(encoding="utf-8")
    return text.rstrip().format(
        title=markdown(atlas.title.as_dict()[lang]),
        atlas=atlas.id,
        edition=atlas.edition,
        record_from=atlas.record_from,
        record_to=atlas.record_to,
        sha256=record.sha256,
        version=version("tamas"),
        licence=markdown(atlas.licence),
        scope=markdown(atlas.scope.as_dict()[lang]),
        borders=markdown(atlas.borders.as_dict()[lang]),
        corrections=markdown(atlas.corrections.as_dict()[lang]),
        layers="\n".join(
            f"| `{key}` | {markdown(one.title.as_dict()[lang])} | {len(built.of_layer(key))} |"
            for key, one in record.layers.items()
        ),
        rows=len(built.frame),
        formats="\n".join(_format(one, lang) for one in FORMATS.values()),
        columns="\n".join(
            f"| `{one.name}` | {one.kind} | {markdown(one.says.as_dict()[lang])} |"
            for one in described_columns("rows")
        ),
        citation=markdown(citation(atlas, record.sha256, lang)),
    )


def _format(one: Format, lang: Lang) -> str:
    fixed, hangs, varies = _SAME[lang]
    said = fixed if one.hangs_on is None else hangs if one.same_bytes else varies
    same = said.format(reason=one.hangs_on)
    return f"| `{one.id}` | {one.title} | `*{one.ending}` | {same} |"


def _address(name: str) -> str:
    legal = LEGAL.get(name)
    return f" <{legal.url}>" if legal else ""


def _line(text: str) -> str:
    return " ".join(text.split())
