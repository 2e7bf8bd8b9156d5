"""What a page says of itself: sources, cautions, how to cite it, whose data it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from layers.printing.basemap import basemap_of
from layers.printing.job import PrintJob

# Meridians that lean less than this at the corners lean too little to be seen.
NORTH_FROM_DEGREES = 5.0


def source_lines(job: PrintJob) -> Iterator[str]:
    """Yield the sources of the rows shown, in the order of their numbers, a line each.

    An agreement is cited by its title, all else by its publisher.
    """
    words = job.words
    for source in (job.built.record.sources[key] for key in job.numbers):
        name = source.title if source.kind == "agreement" and source.title else source.publisher
        published = source.published.date
        dated = words.format_edtf(published) if published else words.gettext("undated")
        yield f"{words.isolate(words.pick(name))}{words.gettext('comma')}{dated}."


def cautions(job: PrintJob, tilt: float) -> str:
    """Return the standing lines of the atlas, and what the projection does.

    ``tilt`` is by how many degrees a meridian leans at most on the map.
    """
    words, atlas = job.words, job.built.record.atlas
    north = "print.north_turns" if tilt >= NORTH_FROM_DEGREES else "print.north_up"
    lines = [
        words.gettext("interpretations"),
        words.pick(atlas.scope),
        words.pick(atlas.borders),
        words.gettext("print.projection"),
        words.gettext(north, degrees=max(1, round(tilt + 0.4))),
    ]
    if words.language.is_draft:
        lines.append(words.gettext("draft_words"))
    return " ".join(lines)


def citation(job: PrintJob, *, digest: bool = True) -> str:
    """Return how to cite the page: with the day, what was known, edition and digest.

    A picture that stays the same while what it shows does leaves the record's digest out.
    """
    record, words = job.built.record, job.words
    closed = words.date(date.fromisoformat(record.atlas.edition), short=True)
    edition = f"{words.gettext('edition', date=closed)}."
    if digest:
        named = record.sha256[:12]
        edition = words.gettext("cite_edition", edition=closed, digest=named)
    known = words.gettext("cite_all")
    if job.selection.known_by is not None:
        known = words.gettext("cite_known", date=words.date(job.selection.known_by))
    title = words.gettext("cite_atlas", title=words.pick(record.atlas.title))
    parts = [
        words.published(record.atlas.publisher, title),
        words.gettext("cite_on", date=words.date(job.on)),
        known,
    ]
    return f"{words.gettext('comma').join(parts)}. {edition}"


def attributions(job: PrintJob) -> tuple[list[str], list[str]]:
    """Return whose data the base map and the shapes shown are drawn from, with licences."""
    words = job.words
    sources = job.built.record.sources
    base = [
        words.isolate(f"{words.pick(sources[key].publisher)} ({licence})")
        for key, licence in basemap_of(job.built.record).credits
        if key in sources
    ]
    shapes = {
        part for one in job.shown if one.is_mapped
        for part in one.row.attribution.split("; ") if part
    }  # fmt: skip
    told = [words.isolate(_translated(part, job)) for part in sorted(shapes)]
    return list(dict.fromkeys(base)), told


def _translated(credit: str, job: PrintJob) -> str:
    """Return a credit with its publisher's name in the language of the page."""
    for source in job.built.record.sources.values():
        publisher = source.publisher.default
        if credit.startswith(f"{publisher} ("):
            return job.words.pick(source.publisher) + credit.removeprefix(publisher)
    return credit


def page_credits(job: PrintJob) -> str:
    """Return citation, terms, and whose data the page is drawn from."""
    words = job.words
    base, shapes = attributions(job)
    semicolon = words.gettext("semicolon")
    licence = job.built.record.atlas.licence
    parts = [citation(job), words.gettext("print.licence", licence=licence)]
    if base:
        parts.append(f"{words.gettext('print.base_map')}: {semicolon.join(base)}.")
    if shapes:
        parts.append(f"{words.gettext('print.shapes_from')}: {semicolon.join(shapes)}.")
    return " ".join([*parts, words.gettext("print.letters")])


def picture_credits(job: PrintJob) -> str:
    """Return the lines under a picture: record, terms, and what the map is not for."""
    words, atlas = job.words, job.built.record.atlas
    base, _ = attributions(job)
    said = [
        words.gettext("print.sources_in", n=len(job.numbers)),
        words.gettext("interpretations"),
        words.gettext("not_for") if job.is_card else words.pick(atlas.scope),
        words.pick(atlas.borders),
        words.gettext("print.licence", licence=atlas.licence),
    ]
    if base:
        said.append(f"{words.gettext('print.base_map')}: {words.gettext('semicolon').join(base)}.")
    return " ".join(said)


def rights(job: PrintJob) -> str:
    """Return the terms of all that the page is made of, for the file itself."""
    base, shapes = attributions(job)
    licence = job.words.gettext("print.licence", licence=job.built.record.atlas.licence)
    return f"{licence} {job.words.gettext('semicolon').join(dict.fromkeys([*base, *shapes]))}"
