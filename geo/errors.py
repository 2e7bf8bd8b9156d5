"""What can go wrong in geometry."""


class GeometryError(ValueError):
    """A shape cannot be made as asked; the message says why and how to mend it."""
