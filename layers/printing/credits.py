"""What stands at a sheet's foot: sources, cautions, how to cite, whose data and terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from layers.build.rows import BuiltAtlas
from layers.printing import basemap as ground
from layers.printing.canvas import INK, INK_2
from layers.printing.held import Held
from layers.printing.words import Words
from layers.printing.wrapping import Run
from layers.query.selection import Selection
from layers.record.model import Source


def numbered(keys: Sequence[str]) -> dict[str, int]:
    """Return the numbers under which sources are cited on a sheet."""
    return {key: at for at, key in enumerate(keys, start=1)}


def source_runs(
    built: BuiltAtlas,
    numbers: Mapping[str, int],
    words: Words,
    size: float,
    most: int | None = None,
) -> list[Run]:
    """Return the numbered sources; those beyond ``most`` as a count."""
    runs = [Run(f"{words.own('sources')}.", size, 600, INK)]
    shown = list(numbers.items())[:most]
    for key, number in shown:
        runs.append(Run(f" {number}", size, 600, INK))
        runs.append(Run(f" {_cited(built.record.sources[key], words)}.", size, 400, INK_2))
    if left := len(numbers) - len(shown):
        runs.append(Run(f" {words.own('more_sources', n=left)}.", size, 600, INK))
    return runs


def _cited(source: Source, words: Words) -> str:
    """Return a source in a line: an agreement by its title, all else by its publisher."""
    name = source.title if source.kind == "agreement" and source.title else source.publisher
    return (
        f"{words.among(words.pick(name))}{words.own('comma')}{words.written(source.published.date)}"
    )


def caution_runs(
    built: BuiltAtlas, words: Words, size: float, *, tilt: float, leans: bool
) -> list[Run]:
    """Return the standing lines of the atlas, and what the projection does."""
    atlas = built.record.atlas
    north = words.own("north_turns" if leans else "north_up", degrees=max(1, round(tilt + 0.4)))
    lines = [
        words.of("interpretations"),
        words.pick(atlas.scope),
        words.pick(atlas.borders),
        words.own("projection"),
        north,
    ]
    return [
        Run(words.of("read_first"), size, 600, INK),
        Run(" " + " ".join(lines), size, 400, INK_2),
    ]


def citation(
    built: BuiltAtlas, view: Selection, words: Words, on: date, title: str, *, digest: bool = True
) -> str:
    """Return how to cite the sheet: with the day, what was known, edition and digest.

    A picture that stays the same while what it shows does leaves the record's digest out.
    """
    record = built.record
    closed = words.date(date.fromisoformat(record.atlas.edition), short=True)
    edition = f"{words.of('edition', date=closed)}."
    if digest:
        named = words.among(record.sha256[:12])
        edition = words.of("cite_edition", edition=closed, digest=named)
    known = (
        words.of("cite_all")
        if view.known_by is None
        else words.of("cite_known", date=words.date(view.known_by))
    )
    parts = [
        words.of("cite_atlas", title=words.among(title)),
        words.of("cite_on", date=words.date(on)),
        known,
    ]
    return f"{words.own('comma').join(parts)}. {edition}"


def owed(built: BuiltAtlas, shown: Sequence[Held], words: Words) -> tuple[list[str], list[str]]:
    """Return whose data the base map and the shapes shown are drawn from, with licences."""
    base = [
        words.among(f"{words.pick(publisher)} ({licence})")
        for publisher, licence in ground.ground_of(built.record).credits
    ]
    credited = {
        part for one in shown if one.mapped for part in one.row.attribution.split("; ") if part
    }
    return base, [words.among(_translated(part, built, words)) for part in sorted(credited)]


def _translated(credit: str, built: BuiltAtlas, words: Words) -> str:
    """Return a credit with its publisher's name in the language of the page."""
    for source in built.record.sources.values():
        if credit.startswith(f"{source.publisher['en']} ("):
            return words.pick(source.publisher) + credit.removeprefix(source.publisher["en"])
    return credit


def cite_runs(
    built: BuiltAtlas, view: Selection, shown: Sequence[Held], words: Words, size: float, on: date
) -> list[Run]:
    """Return citation, terms, and whose data the sheet is drawn from."""
    title = words.pick(built.record.atlas.title)
    base, shapes = owed(built, shown, words)
    semicolon = words.own("semicolon")
    parts = [citation(built, view, words, on, title)]
    parts.append(words.own("licence", licence=words.among(built.record.atlas.licence)))
    if base:
        parts.append(f"{words.own('base_map')}: {semicolon.join(base)}.")
    if shapes:
        parts.append(f"{words.own('shapes_from')}: {semicolon.join(shapes)}.")
    parts.append(words.own("letters"))
    return [
        Run(f"{words.own('cite')}.", size, 600, INK),
        Run(" " + " ".join(parts), size, 400, INK_2),
    ]
