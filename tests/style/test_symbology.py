"""One symbology: what its data hold, what is drawn from it, and that nobody has a copy of it."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import numpy as np
import pytest

from layers.record.kinds import DEFAULT_KINDS, Marker
from layers.record.model import STATUS_RANK, Status
from layers.style import svg
from layers.style.colors import HOME, LAND, rgb, tint
from layers.style.symbology import default_symbology

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = default_symbology()
FILLED = [
    kind for kind in DEFAULT.kinds.values() if not kind.is_place and kind.id != "patrol_route"
]
# What linear red, green and blue become in sight without one kind of cone: Machado, Oliveira and
# Fernandes 2009, severity 1.
SIGHTS = {
    "typical": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# Linear sRGB to cones, and their cube roots to lightness and two hues: OKLab, Ottosson 2020.
CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear_rgb(color: str) -> list[float]:
    """Return red, green and blue of ``#rrggbb`` as shares of light, from 0 to 1."""
    shares = (part / 255 for part in rgb(color))
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]


def luminance(color: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    red, green, blue = linear_rgb(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def difference(one: str, other: str, sight: str) -> float:
    """Return the distance in OKLab of two colours as somebody sees them; black to white is 1."""
    seen = np.clip(np.array([linear_rgb(one), linear_rgb(other)]) @ np.array(SIGHTS[sight]).T, 0, 1)
    return float(np.linalg.norm(np.diff(np.cbrt(seen @ CONES.T) @ OKLAB.T, axis=0)))


def test_every_kind_and_status_of_the_model_is_drawn() -> None:
    assert tuple(DEFAULT.kinds) == DEFAULT_KINDS
    assert set(DEFAULT.markers) == set(get_args(Marker))
    assert set(DEFAULT.states) == set(get_args(Status)) == set(STATUS_RANK)
    assert len(STATUS_RANK) == len(set(STATUS_RANK))


@pytest.mark.parametrize("kind", sorted(DEFAULT.kinds))
def test_colours_of_a_kind_can_be_read_on_land(kind: str) -> None:
    for land in (HOME, LAND):
        assert contrast(DEFAULT.kind(kind).line, land) >= 3.9
        assert contrast(DEFAULT.kind(kind).text, land) >= 4.5


@pytest.mark.parametrize("sight", SIGHTS)
def test_kinds_that_fill_an_area_differ_for_every_sight(sight: str) -> None:
    assert len(FILLED) == 12
    for one, other in itertools.combinations(FILLED, 2):
        # A country in the colour of `presence` lies beneath all others.
        least = 0.13 if "presence" in (one.id, other.id) else 0.065
        assert difference(one.line, other.line, sight) >= least, (one.id, other.id)


def test_the_distance_of_colours_is_that_of_oklab() -> None:
    assert difference("#000000", "#FFFFFF", "typical") == pytest.approx(1, abs=1e-6)
    assert difference("#FFFFFF", "#FFFFFF", "protan") == 0
    # Red and green of one lightness differ by hue alone, and much less without its cones.
    assert difference("#C04000", "#6E7000", "typical") > 2 * difference(
        "#C04000", "#6E7000", "deutan"
    )


def test_no_other_file_holds_a_copy_of_a_marker_or_a_pattern() -> None:
    paths = {path.d for kind in DEFAULT.kinds.values() for path in kind.marker}
    paths |= {pattern.d for pattern in DEFAULT.patterns.values()}
    data = ROOT / "layers" / "style" / "symbology.json"
    for path in (ROOT / "layers").rglob("*"):
        if path.suffix in {".js", ".py", ".json", ".css", ".html"} and path != data:
            text = path.read_text(encoding="utf-8")
            assert not [d for d in paths if f'"{d}"' in text], path


def test_no_two_kinds_look_alike() -> None:
    looks = {(kind.line, kind.marker) for kind in DEFAULT.kinds.values()}
    assert len(looks) == len({kind.line for kind in DEFAULT.kinds.values()}) == len(DEFAULT.kinds)


def test_symbols_stand_in_the_order_of_legends() -> None:
    pairs = [("post", "agreed"), ("deescalation_area", "unknown"), ("post", "in_effect")]
    assert [one.id for one in DEFAULT.symbols([*pairs, *pairs])] == [
        "deescalation_area.unknown",
        "post.in_effect",
        "post.agreed",
    ]


def test_a_colour_at_a_share_lies_between_white_and_itself() -> None:
    assert tint("#1F68C9", 0) == "#FFFFFF"
    assert tint("#1F68C9", 1) == "#1F68C9"


# --- SVG -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(DEFAULT.kinds))
@pytest.mark.parametrize("status", STATUS_RANK)
def test_a_legend_symbol_finds_its_patterns(kind: str, status: str) -> None:
    symbol = svg.legend_symbol(DEFAULT, kind, status, disputed=True)
    defs = svg.pattern_defs(DEFAULT, svg.used_patterns(DEFAULT, kind, status, disputed=True))
    for text in (symbol, defs):
        ElementTree.fromstring(text)
    asked = set(re.findall(r"url\(#([\w-]+)\)", symbol))
    assert asked <= set(re.findall(r'pattern id="([\w-]+)"', defs))
    assert DEFAULT.kind(kind).line in symbol
    assert bool(asked) is not DEFAULT.is_place(kind)


def test_a_place_on_paper_alone_is_hollow() -> None:
    full, hollow, unknown = (
        svg.marker(DEFAULT.symbol("foreign_base", status))
        for status in ("in_effect", "agreed", "unknown")
    )
    assert full.count("<path") == 2
    assert hollow.count("<path") == unknown.count("<path") == 1
    assert "stroke-dasharray" in unknown
    assert "stroke-dasharray" not in hollow
    # An extent is hollow nowhere: its marker says how its shape is made.
    agreed, full = (DEFAULT.symbol("patrol_route", status) for status in ("agreed", "in_effect"))
    assert svg.marker(agreed) == svg.marker(full)


def test_no_patterns_need_no_element() -> None:
    assert svg.pattern_defs(DEFAULT, []) == ""


def test_attributes_are_escaped() -> None:
    assert svg.element("a", href='"><b>') == '<a href="&#34;&gt;&lt;b&gt;"></a>'


def test_a_colour_stands_in_one_place() -> None:
    """Nobody but the two tables of `layers.style` writes a colour down."""
    for folder in ("layers", "api"):
        for path in (ROOT / folder).rglob("*"):
            of_style = path.name in {"colors.py", "symbology.json"}
            if path.suffix not in {".js", ".py", ".css", ".j2", ".typ"} or of_style:
                continue
            if "vendor" not in path.parts:
                text = path.read_text(encoding="utf-8")
                assert re.findall(r"#[0-9A-Fa-f]{6}\b|#fff\b", text) == [], path
