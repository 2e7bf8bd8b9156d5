"""What can be wrong with an event file as a whole."""

from layers.errors import TamasError

MAX_REJECTS = 1.0
"""So many rows of a hundred may be unreadable, unless somebody says another number."""


class EventsError(TamasError):
    """An event file that cannot be opened or understood as a whole."""


class OwnTable(EventsError):
    """A table that this program wrote, given as events."""


def short(error: BaseException) -> str:
    """Return what a library says, on one line of no great length."""
    return " ".join(str(error).split())[:120]
