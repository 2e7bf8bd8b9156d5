"""Pages about the atlas itself: method, corrections, data, and the one for a lost reader."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence

from layers.record.dates import parse_day
from layers.style.tokens import tokens
from layers.web.page.assets import tokens_css
from layers.web.site import look
from layers.web.site.evidence import part
from layers.web.site.frame import Page, Site, Writer, text_page
from layers.web.site.markup import NOTHING, Html, between, el, join
from layers.web.site.speech import LANGUAGES, Speech


def method_page(writer: Writer) -> Page:
    """Return how shapes follow from words, what is sure, and what this atlas does not do."""
    words, atlas = writer.speech, writer.site.record.atlas

    def chapter(key: str, *more: object) -> Html:
        lines: list[Html] = []
        while words.knows(f"{key}_{len(lines) + 1}"):
            lines.append(el("p", words.say(f"{key}_{len(lines) + 1}", days=atlas.embargo_days)))
        return part(words.say(key), key, lines, *more)

    safe = [words.pick(atlas.scope), words.pick(atlas.borders), words.say("not_for")]
    body = join(
        _patterns(),
        chapter("m_words"),
        chapter("m_readings"),
        chapter("m_clocks"),
        chapter("m_tracks"),
        chapter("m_statuses", _statuses(writer)),
        chapter("m_kinds", _kinds(writer)),
        chapter("m_sources"),
        chapter("m_harm", [el("p", line) for line in safe]),
        chapter("m_limits", el("p", words.say("ellipsoid"))),
        _edition(writer),
    )
    return text_page(writer, "method.html", "method_page", "method_lead", body)


def _patterns() -> Html:
    kind = "deescalation_area"
    return look.patterns(
        one for status in tokens()["states"] for one in look.used(kind, status, disputed=True)
    )


def _statuses(writer: Writer) -> Html:
    words, kind = writer.speech, "deescalation_area"
    rows = [
        el("li", look.badge(kind, status), el("div", el("b", words.status(status, "corridor")),
           el("p", words.say(f"s_{status}"), class_="entry-state"), class_="entry-words"),
           class_="entry")
        for status in tokens()["states"]
    ]  # fmt: skip
    rows.append(
        el("li", look.badge(kind, "in_effect", disputed=True),
           el("p", words.say("m_disputed"), class_="entry-words"), class_="entry")
    )  # fmt: skip
    return el("ul", rows, class_="entries")


def _kinds(writer: Writer) -> Html:
    words = writer.speech
    kinds = dict.fromkeys(zone.type for zone in writer.site.record.zones.values())
    rows = [
        el("li", look.sign(kind), el("b", words.kind(kind), class_=f"kind-{kind}"), class_="entry")
        for kind in kinds
    ]
    return el("ul", rows, class_="entries narrow")


def _edition(writer: Writer) -> Html:
    words, record = writer.speech, writer.site.record
    atlas = record.atlas
    return part(
        words.say("m_edition"), "edition",
        el("p", _closed(words, atlas.record_from, atlas.record_to, atlas.edition)),
        el("p", words.say("m_pages")),
        el("p", words.say("data_digest"), " ", el("bdi", record.sha256, class_="digest")),
        el("p", el("a", words.say("data_manifest"), class_="chip",
                   href=writer.shared("manifest.json", "method.html")), class_="chips"),
    )  # fmt: skip


def _closed(words: Speech, first: str, last: str, edition: str) -> str:
    days = {"from": words.day(parse_day(first)), "to": words.day(parse_day(last))}
    return words.say("edition_says", **days, date=words.day(parse_day(edition)))


def corrections_page(writer: Writer) -> Page:
    """Return how to report a mistake, and what the record says has been corrected."""
    words, atlas = writer.speech, writer.site.record.atlas
    here = "corrections.html"
    body = join(
        part(
            words.say("report_how"), "report",
            el("p", words.pick(atlas.corrections), class_="clause"),
            el("p", words.say("report_with")),
        ),
        part(
            words.say("corrections_done"), "done",
            el("p", words.say("corrections_none")),
            el("p", _closed(words, atlas.record_from, atlas.record_to, atlas.edition)),
            el("p", el("a", words.say("feed"), class_="chip",
                       href=writer.to("corrections.atom", here)), class_="chips"),
        ),
    )  # fmt: skip
    return text_page(writer, here, "corrections_page", "corrections_lead", body)


def data_page(writer: Writer, files: Mapping[str, Sequence[str]]) -> Page:
    """Return what there is to take; ``files`` are paths below the top by the name of a format."""
    words, record, here = writer.speech, writer.site.record, "data.html"
    items = [
        el("li", el("a", words.pick(layer.title),
                    href=writer.shared(f"collections/{layer.id}/items.json", here)))
        for layer in record.layers.values()
    ]  # fmt: skip
    body = join(
        part(
            words.say("data_files"), "files",
            _files_by_layer(writer, here, files),
            _other_files(writer, here, files),
            el("p", words.say("data_licence", licence=record.atlas.licence)),
        ),
        part(
            words.say("data_api"), "programs",
            el("p", words.say("data_api_lead"), " ",
               el("a", "index.json", href=writer.shared("index.json", here), dir="ltr")),
            el("ul", items, class_="lines"),
        ),
        part(
            words.say("data_digest"), "digest",
            el("p", el("bdi", record.sha256, class_="digest")),
            el("p", el("a", words.say("data_manifest"), class_="chip",
                       href=writer.shared("manifest.json", here)), class_="chips"),
        ),
    )  # fmt: skip
    return text_page(writer, here, "data_page", "data_lead", body)


def _files_by_layer(writer: Writer, here: str, files: Mapping[str, Sequence[str]]) -> Html:
    """Return a table of layers and formats, each cell a file."""
    words, layers = writer.speech, writer.site.record.layers
    named = {name: {_stem(path): path for path in paths} for name, paths in files.items()}
    formats = [name for name, stems in named.items() if set(layers) <= set(stems)]
    if not formats:
        return NOTHING
    rows = [
        el(
            "tr",
            el("th", words.pick(layer.title), scope="row"),
            [el("td", _file(writer, here, named[name][layer.id])) for name in formats],
        )
        for layer in layers.values()
    ]
    heads = [words.say("data_layer"), *formats]
    head = el("tr", [el("th", el("bdi", name), scope="col") for name in heads])
    return el(
        "div", el("table", el("thead", head), el("tbody", rows)), class_="scroll files", tabindex=0,
        role="group", aria_labelledby="files",
    )  # fmt: skip


def _other_files(writer: Writer, here: str, files: Mapping[str, Sequence[str]]) -> Html:
    """Return the files that hold more than one layer, or what the layers rest on."""
    layers = writer.site.record.layers
    rows = []
    for name, paths in files.items():
        others = [path for path in paths if _stem(path) not in layers]
        if others:
            links = [_file(writer, here, path, whole=True) for path in others]
            rows.append(el("dt", el("bdi", name)))
            rows.append(el("dd", between(writer.speech.comma, links)))
    return el("dl", rows) if rows else NOTHING


def _file(writer: Writer, here: str, path: str, *, whole: bool = False) -> Html:
    name = path.rsplit("/", 1)[1]
    text = name if whole else name.removeprefix(_stem(path))
    return el("a", el("bdi", text, dir="ltr"), href=writer.shared(path, here))


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[1].partition(".")[0]


def lost_page(site: Site) -> bytes:
    """Return what a host shows for an address that leads nowhere, in both languages.

    It is shown at any depth, so that a relative link would lead astray: it links only where
    the site's address is known, and carries its own style.
    """
    style = tokens_css().partition("*, *::before")[0] + (
        "body { margin: 0; background: #f5f2ec; color: #1b2026; font: var(--body); }"
        "main { max-width: 40em; margin: 12vh auto; padding: 24px; display: grid; gap: 32px; }"
        "h1 { font: var(--name); margin: 0 0 8px; } p { margin: 0; } a { color: #0b4f8a; }"
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    parts = []
    for lang in LANGUAGES:
        words = Speech(lang)
        home = f"{site.base_url}/{'' if lang == 'en' else f'{lang}/'}index.html"
        way = el("p", el("a", words.say("lost_home"), href=home)) if site.base_url else None
        title = el("h1" if lang == "en" else "h2", words.say("lost"))
        parts.append(
            el("section", title, el("p", words.say("lost_lead")), way, lang=lang, dir=words.dir)
        )
    english = Speech("en")
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="robots", content="noindex"),
        el("title", f"{english.say('lost')} · {english.pick(site.record.atlas.title)}"),
        el("style", Html(style)),
    )
    html = el("html", head, el("body", el("main", parts)), lang="en", dir="ltr")
    return f"<!doctype html>\n{html}\n".encode()
