"""Commands that read the record: check, layers, claims, sources, disputes, verify, ..."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from layers.cli.common import AsJson, KnownBy, build_atlas, echo, print_json, read_record
from layers.errors import SeedFaults

commands = typer.Typer()


@commands.command()
def check(context: typer.Context, as_json: AsJson = False) -> None:
    """Check the record: every fault with file, record, field and how to mend it.

    Notes tell where a claim puts a place on another side than the shapes have it, hints what is
    read and drawn and has no effect, or lies on the wrong side of its own line.
    """
    try:
        built = build_atlas(context)
    except SeedFaults as error:
        if as_json:
            print_json({"ok": False, "faults": [fault.as_dict() for fault in error.faults]})
            raise typer.Exit(1) from None
        raise
    from layers.build.hints import hints
    from layers.build.positions import findings
    from layers.i18n.coverage import language_notes
    from layers.web.page.letters import missing_letters

    record = built.record
    notes, looked_at = list(findings(built)), [*hints(built), *missing_letters(record)]
    about_languages = list(language_notes(record))
    counts = {
        "sources": len(record.sources),
        "claims": len(record.claims),
        "places": len(record.places),
        "zones": len(record.zones),
        "layers": len(record.layers),
        "disputes": len(record.disputes),
        "clauses": sum(len(one.clauses) for one in record.agreements.values()),
        "rows": len(built.frame),
    }
    if as_json:
        print_json(
            {
                "ok": True,
                "seeds_sha256": record.sha256,
                **counts,
                "faults": [],
                "notes": [note.as_dict() for note in notes],
                "language_notes": about_languages,
                "hints": [hint.as_dict() for hint in looked_at],
            }
        )
        return
    parts = ", ".join(
        f"{count} {name if count != 1 else name[:-1]}" for name, count in counts.items()
    )
    echo(f"ok: {parts}; record {record.sha256[:12]}")
    for note in [*notes, *about_languages]:
        echo(f"  note: {note}")
    for hint in looked_at:
        echo(f"  hint: {hint}")


@commands.command("layers")
def list_layers(context: typer.Context, as_json: AsJson = False) -> None:
    """List the layers with their titles, zones and rows."""
    from layers.query.listing import by_language

    built = build_atlas(context)
    listed = [
        {
            "id": layer.id,
            **by_language("title", layer.title, built.record),
            "zones": sorted(rows["zone_id"].unique()),
            "rows": len(rows),
        }
        for layer in built.record.layers.values()
        for rows in [built.of_layer(layer.id)]
    ]
    if as_json:
        print_json(listed)
        return
    for item in listed:
        title = built.record.layers[str(item["id"])].title.default
        echo(f"{item['id']:<22} {item['rows']:>3} rows  {title}")


@commands.command()
def claims(
    context: typer.Context,
    layer: Annotated[str | None, typer.Option(help="Claims that a layer rests on.")] = None,
    source: Annotated[str | None, typer.Option(help="Claims of one source.")] = None,
    zone: Annotated[str | None, typer.Option(help="Claims that a zone rests on.")] = None,
    known_by: KnownBy = None,
    as_json: AsJson = False,
) -> None:
    """List the claims, each with where its words stand and who asserts it."""
    from layers.query import filters as query
    from layers.query import listing

    record = read_record(context)
    found = listing.claims(
        record,
        layer=layer,
        source=source,
        zone=zone,
        known_by=query.optional_day("known_by", known_by),
    )
    _show(found, ("id", "kind", "asserted_by", "date", f"summary_{record.languages[0]}"), as_json)


@commands.command()
def sources(context: typer.Context, as_json: AsJson = False) -> None:
    """List the sources, with the two reliability grades and the number of claims."""
    from layers.query import listing

    names = ("id", "kind", "published", "reliability", "claims", "publisher")
    _show(listing.sources(read_record(context)), names, as_json)


@commands.command()
def disputes(context: typer.Context, known_by: KnownBy = None, as_json: AsJson = False) -> None:
    """List where sources disagree: each side, its claims, and what the map shows."""
    from layers.query import filters as query
    from layers.query import listing
    from layers.query.listing import in_first

    found = listing.disputes(read_record(context), query.optional_day("known_by", known_by))
    if as_json:
        print_json(found)
        return
    for dispute in found:
        echo(f"{dispute['id']}: {in_first(dispute['title'])}")
        for side in dispute["sides"]:
            echo(f"  - {in_first(side['says'])} ({', '.join(side['claims'])})")
        echo(f"  On the map: {in_first(dispute['on_map'])}")
        echo(f"  Zones: {', '.join(dispute['zones']) or 'none'}")


@commands.command()
def unknowns(context: typer.Context, as_json: AsJson = False) -> None:
    """List what could not be established."""
    from layers.query import listing
    from layers.query.listing import in_first

    found = listing.unknowns(read_record(context))
    if as_json:
        print_json(found)
        return
    for item in found:
        echo(f"{item['id']}: {in_first(item['question'])}")
        echo(f"  {in_first(item['found'])}")


@commands.command()
def coverage(context: typer.Context, as_json: AsJson = False) -> None:
    """Print each system that the sources name, and how the atlas represents it."""
    from layers.query import listing

    record = read_record(context)
    found, lang = listing.coverage(record), record.languages[0]
    if as_json:
        print_json(found)
        return
    for item in found:
        zones, count = ", ".join(item["zones"]) or "no zone", len(item["claims"])
        echo(f"{item['number']:>2} {item[f'name_{lang}']}: {item['drawn_as'].replace('_', ' ')}")
        echo(f"   {item[f'reason_{lang}']}")
        echo(f"   {zones}; {count} claim{'' if count == 1 else 's'}")
    echo(f"{len(found)} systems")


@commands.command()
def timeline(
    context: typer.Context,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day, YYYY-MM-DD.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The last day, which is in.")
    ] = None,
    known_by: KnownBy = None,
    as_json: AsJson = False,
) -> None:
    """List every dated claim in order of date."""
    from layers.query import filters as query
    from layers.query import listing

    record = read_record(context)
    found = listing.timeline(
        record,
        first=query.optional_day("from", first),
        last=query.optional_day("to", last),
        known_by=query.optional_day("known_by", known_by),
    )
    _show(found, ("date", "kind", "asserted_by", f"summary_{record.languages[0]}"), as_json)


@commands.command()
def verify(
    context: typer.Context,
    articles: Annotated[
        Path | None, typer.Option(help="The folder with the texts that were read.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="A file that tamas export html wrote.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove each claim against its article, or an exported file against the record."""
    if (articles is None) == (file is None):
        raise typer.BadParameter("give one of --articles DIR and --file FILE")
    sound = _articles(context, articles, as_json) if articles else True
    sound = _file(context, file, as_json) if file else sound
    if not sound:
        raise typer.Exit(1)


def _articles(context: typer.Context, articles: Path, as_json: bool) -> bool:
    from layers.record.verify import verify as proven

    proof = proven(read_record(context), articles)
    if as_json:
        wrong = [
            {"source_id": m.source_id, "claim_id": m.claim_id, "message": m.message}
            for m in proof.mismatches
        ]
        print_json({"sources": proof.sources, "claims_proven": proof.claims, "mismatches": wrong})
    else:
        for mismatch in proof.mismatches:
            echo(str(mismatch), err=True)
        sources = f"{proof.sources} source{'' if proof.sources == 1 else 's'}"
        echo(f"{proof.claims} claims of {sources} stand as recorded")
    return not proof.mismatches


def _file(context: typer.Context, file: Path, as_json: bool) -> bool:
    from layers.web.page.verify import check_file

    found = check_file(file, build_atlas(context))
    if as_json:
        print_json({"ok": found.same, **asdict(found)})
    elif found.same:
        echo(
            f"{file}: every byte is what this record gives (tamas {found.version}, record "
            f"{found.record[:12]}); SHA-256 {found.sha256}"
        )
    else:
        at = found.first_difference
        message = "was altered, or other versions of the libraries drew it"
        echo(f"{file}: differs from what this record gives at byte {at}: {message}", err=True)
    return found.same


def _show(items: list[dict[str, Any]], names: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        print_json(items)
        return
    from layers.query.listing import text_lines

    for line in text_lines(items, *names):
        echo(line)
