"""Commands that read the record: check, layers, claims, sources, disputes, verify, ..."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from typer import Option

from layers.cli import options
from layers.cli.common import build_atlas, echo, faults_as_json, print_json, read_record, show

commands = typer.Typer()


@commands.command()
def check(context: typer.Context, as_json: options.AsJson = False) -> None:
    """Check the record: every fault with file, record, field and how to mend it.

    Notes tell where a claim puts a place on another side than the shapes have it, hints what is
    read and drawn and has no effect, or lies on the wrong side of its own line.
    """
    with faults_as_json(as_json):
        built = build_atlas(context)
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
def list_layers(context: typer.Context, as_json: options.AsJson = False) -> None:
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
    title = f"title_{built.record.languages[0]}"
    lines = (f"{item['id']:<22} {item['rows']:>3} rows  {item[title]}" for item in listed)
    show(listed, lines, as_json=as_json)


@commands.command()
def claims(
    context: typer.Context,
    layer: Annotated[str | None, Option(help="Claims that a layer rests on.")] = None,
    source: Annotated[str | None, Option(help="Claims of one source.")] = None,
    zone: Annotated[str | None, Option(help="Claims that a zone rests on.")] = None,
    known_by: options.KnownBy = None,
    as_json: options.AsJson = False,
) -> None:
    """List the claims, each with where its words stand and who asserts it."""
    from layers.query import filters, listing

    record = read_record(context)
    found = listing.claims(
        record,
        layer=layer,
        source=source,
        zone=zone,
        known_by=filters.optional_day("known_by", known_by),
    )
    names = ("id", "kind", "asserted_by", "date", f"summary_{record.languages[0]}")
    show(found, listing.text_lines(found, *names), as_json=as_json)


@commands.command()
def sources(context: typer.Context, as_json: options.AsJson = False) -> None:
    """List the sources, with the two reliability grades and the number of claims."""
    from layers.query import listing

    found = listing.sources(read_record(context))
    names = ("id", "kind", "published", "reliability", "claims", "publisher")
    show(found, listing.text_lines(found, *names), as_json=as_json)


@commands.command()
def disputes(
    context: typer.Context, known_by: options.KnownBy = None, as_json: options.AsJson = False
) -> None:
    """List where sources disagree: each side, its claims, and what the map shows."""
    from layers.query import filters, listing

    found = listing.disputes(read_record(context), filters.optional_day("known_by", known_by))
    show(found, listing.dispute_lines(found), as_json=as_json)


@commands.command()
def unknowns(context: typer.Context, as_json: options.AsJson = False) -> None:
    """List what could not be established."""
    from layers.query import listing

    found = listing.unknowns(read_record(context))
    show(found, listing.unknown_lines(found), as_json=as_json)


@commands.command()
def coverage(context: typer.Context, as_json: options.AsJson = False) -> None:
    """Print each system that the sources name, and how the atlas represents it."""
    from layers.query import listing

    record = read_record(context)
    found = listing.coverage(record)
    show(found, listing.coverage_lines(found, record.languages[0]), as_json=as_json)


@commands.command()
def timeline(
    context: typer.Context,
    first: Annotated[
        str | None, Option("--from", metavar="DATE", help="The first day, YYYY-MM-DD.")
    ] = None,
    last: Annotated[
        str | None, Option("--to", metavar="DATE", help="The last day, which is in.")
    ] = None,
    known_by: options.KnownBy = None,
    as_json: options.AsJson = False,
) -> None:
    """List every dated claim in order of date."""
    from layers.query import filters, listing

    record = read_record(context)
    found = listing.timeline(
        record,
        first=filters.optional_day("from", first),
        last=filters.optional_day("to", last),
        known_by=filters.optional_day("known_by", known_by),
    )
    names = ("date", "kind", "asserted_by", f"summary_{record.languages[0]}")
    show(found, listing.text_lines(found, *names), as_json=as_json)


@commands.command()
def verify(
    context: typer.Context,
    articles: Annotated[
        Path | None, Option(help="The folder with the texts that were read.")
    ] = None,
    file: Annotated[
        Path | None, Option("--file", help="A file that tamas export html wrote.")
    ] = None,
    as_json: options.AsJson = False,
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
        wrong = list(map(asdict, proof.mismatches))
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
