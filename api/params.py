"""Parameters shared by the routes: parsed once, refused by name."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Request

from layers.build import READINGS, Layers, Reading
from layers.errors import QueryError

On = Annotated[str | None, Query(description="One day, YYYY-MM-DD.", max_length=40)]
KnownBy = Annotated[
    str | None, Query(description="Only what sources had said by that day.", max_length=40)
]
ReadingName = Annotated[
    str, Query(alias="reading", description="inner, nominal or outer.", max_length=40)
]


def layers_of(request: Request) -> Layers:
    """Return the built layers of the application that answers."""
    layers: Layers = request.app.state.layers
    return layers


Built = Annotated[Layers, Depends(layers_of)]


def only(*names: str) -> Any:
    """Return a dependency that refuses any query parameter not named."""

    def refuse(request: Request) -> None:
        for name in request.query_params:
            if name not in names:
                known = ", ".join(names) or "none"
                raise QueryError(name, "", f"is no parameter of this resource (known: {known})")

    return Depends(refuse)


def reading(text: str) -> Reading:
    """Return a reading by name; `QueryError` lists the three."""
    for name in READINGS:
        if name == text:
            return name
    raise QueryError("reading", text, f"must be one of {', '.join(READINGS)}")
