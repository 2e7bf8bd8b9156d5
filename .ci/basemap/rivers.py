"""Rivers, put together from the nameless pieces of the World Data Bank II."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
from lines import METRES
from packages import river_pieces
from shapely.geometry import MultiLineString

Pieces = dict[int, np.ndarray]
RIVERS: dict[str, tuple[str, str, list[int]]] = {
    # The source names no river: ids of its pieces in the package, from the head down.
    "euphrates": (
        "Euphrates",
        "الفرات",
        [
            *(1118, 1122, 1121, 1169, 1167, 1168, 1166, 1217, 1218, 1219, 1220, 1260, 1259, 1261),
            *(1262, 1317, 1319, 1318, 1320, 1370, 1371, 1372, 1373, 1408, 1443, 1444, 1446),
            *(1480, 1482, 1449),
        ],
    ),
    "tigris": (
        "Tigris",
        "دجلة",
        [
            *(1124, 1170, 1172, 1171, 1174, 1175, 1173, 1221, 1222, 1264, 1263, 1321, 1322, 18),
            *(1448, 1450),
        ],
    ),
    "orontes": ("Orontes", "العاصي", [4443, 4441, 9962, 9864, 9866, 9865, 9861]),
    "khabur": ("Khabur", "الخابور", [18437, 18442, 18438, 18443, 18439, 9867, 9963]),
}
TRIBUTARIES = [  # a minus: the head of a piece, above where a named river enters it
    *([18329, 18431], [9741, 9868, -9867], [18337, 18440], [18336, 18338, 18441], [18579, 18572]),
    *([10209], [18639, 18644], [10308, 10312], [4492, 4540], [4541, 4536, 4539, 4538, 4537]),
    *([4598], [10091, 10208, 10206, 10205], [4491, 10207], [1483], [18524]),
    [-18439],
]


def rivers_of(folder: Path) -> gpd.GeoDataFrame:
    """Return four named rivers and smaller ones in and near Syria."""
    pieces = mended(river_pieces(folder))
    rows = [(k, en, ar, ids) for k, (en, ar, ids) in RIVERS.items()]
    rows += [(f"unnamed-{abs(ids[0])}", None, None, ids) for ids in TRIBUTARIES]
    features = [
        {"id": key, "name_en": en, "name_ar": ar, "geometry": MultiLineString(chained(pieces, ids))}
        for key, en, ar, ids in rows
    ]
    return gpd.GeoDataFrame(features, crs="EPSG:4326")


def mended(pieces: Pieces) -> Pieces:
    """Open the piece that is a ring, and split pieces that another river enters half way."""
    pieces = dict(pieces)
    bank = pieces[18]  # the Tigris below Samarra is a ring, both banks: take one of them
    end = int(np.argmin(np.hypot(*(bank - pieces[1448][0]).T)))
    pieces[18] = bank[: end + 1]
    for upper, lower in ((18443, 18439), (18439, 9867)):  # enters in the middle of a piece
        at = int(np.argmin(np.hypot(*((pieces[lower] - pieces[upper][-1]) * METRES).T)))
        pieces[-lower], pieces[lower] = pieces[lower][: at + 1], pieces[lower][at:]
        pieces[upper] = np.vstack([pieces[upper], pieces[lower][:1]])
    return pieces


def chained(pieces: Pieces, ids: list[int]) -> list[np.ndarray]:
    """Return the pieces one after the other, a new line where more than 3 km lie between two."""
    chain, lines = pieces[ids[0]], []
    for number in ids[1:]:
        gap = np.hypot(*((pieces[number][0] - chain[-1]) * METRES))
        if gap > 3000:
            lines.append(chain)
            chain = pieces[number]
        else:
            chain = np.vstack([chain, pieces[number]])
    return [*lines, chain]
