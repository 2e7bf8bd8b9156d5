"""What can be wrong with an event file as a whole."""

from layers.errors import TamasError


class EventsError(TamasError):
    """An event file that cannot be opened or understood as a whole."""


class OwnTable(EventsError):
    """A table that this program wrote, given as events."""
