"""Points in any reference system brought to degrees of WGS84."""

from __future__ import annotations

from typing import Any

from layers.events.errors import EventsError


def transformer(file: str, crs: str | None) -> Any:
    """Return what brings longitudes and latitudes from a reference system; None for degrees."""
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    if crs is None:
        return None
    try:
        known = CRS.from_user_input(crs)
        if known.to_epsg() == 4326 or known.to_authority() == ("OGC", "CRS84"):
            return None
        return Transformer.from_crs(known, "EPSG:4326", always_xy=True)
    except CRSError:
        raise EventsError(f"{file}: its reference system {crs!r:.80} is not known") from None
