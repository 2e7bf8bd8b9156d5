"""What a map shows, in words, for who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence

from layers.printing.canvas import plain
from layers.printing.job import PrintJob
from layers.printing.panel import MapPanel


def alternative_text(job: PrintJob, panels: Sequence[MapPanel]) -> str:
    """Return what the maps of a page show: day, zones with their states, and towns."""
    words = job.words
    zones = [f"{job.name(one)} ({job.state(one)})" for one in job.shown if one.is_mapped]
    towns = dict.fromkeys(name for panel in panels for name in panel.labels.towns)
    semicolon, comma = words.gettext("semicolon"), words.gettext("comma")
    said = [words.gettext("print.map_of", title=job.title, date=words.date(job.on))]
    if zones:
        said.append(words.gettext("print.map_shows", names=semicolon.join(zones)))
    if towns:
        said.append(words.gettext("print.map_towns", names=comma.join(towns)))
    return plain(" ".join(said))
