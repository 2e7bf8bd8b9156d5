"""What can be wrong with an event file as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager

from layers.errors import TamasError

MAX_REJECTS = 1.0
"""So many rows of a hundred may be unreadable, unless somebody says another number."""


class EventsError(TamasError):
    """An event file that cannot be opened or understood as a whole."""


class OwnTable(EventsError):
    """A table that this program wrote, given as events."""


def short(error: BaseException) -> str:
    """Return what a library says, on one line of no great length, else the kind of fault."""
    return " ".join(str(error).split())[:120] or type(error).__name__


@contextmanager
def as_events_error(message: str, *kinds: type[Exception]) -> Iterator[None]:
    """Raise what a library raises of these kinds as an `EventsError`: a message, and why."""
    try:
        yield
    except kinds as error:
        raise EventsError(f"{message} ({short(error)})") from None
