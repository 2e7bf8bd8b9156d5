"""What a map shows, in words, for who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence

from layers.printing.job import PrintJob
from layers.printing.panel import MapPanel


def alternative_text(job: PrintJob, panels: Sequence[MapPanel]) -> str:
    """Return what the maps of a page show: day, zones with their states, and towns."""
    words = job.words
    mapped = [one for one in job.shown if one.mapped]
    zones = [
        f"{one.row.name_ar if words.lang == 'ar' else one.row.name_en}"
        f" ({words.status(one.row.status, one.row.zone_type, after=one.after)})"
        for one in mapped
    ]
    towns = dict.fromkeys(name for panel in panels for name in panel.labels.towns)
    semicolon, comma = words.own("semicolon"), words.own("comma")
    said = [words.own("map_of", title=job.title, date=words.date(job.on))]
    if zones:
        said.append(words.own("map_shows", names=semicolon.join(zones)))
    if towns:
        said.append(words.own("map_towns", names=comma.join(towns)))
    return " ".join(said)
