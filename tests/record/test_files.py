"""Seed files are files: regular, inside the folder, bounded; nothing else is read or quoted."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from layers.errors import QueryError, SeedError, SeedFaults
from layers.record.files import MAX_FILE_BYTES, read_seed
from layers.record.reader import read
from layers.record.skeletons import skeleton
from tests.support.atlases import faults_of

LAYERS, SECRET = "layers.yaml", "root:x:0:0:secret"


def replaced(seeds: Path, name: str) -> Path:
    (seeds / name).unlink(missing_ok=True)
    return seeds / name


def said(seeds: Path, name: str) -> str:
    return " ".join(str(fault) for fault in faults_of(seeds) if fault.path == name)


@pytest.mark.parametrize("name", [LAYERS, "places.csv", "zones/calm-area.yaml", "kinds.yaml",
                                  "traces/ferry-road.geojson", "basemap/land.geojson"])  # fmt: skip
def test_a_link_out_of_the_folder_is_not_read(seeds, tmp_path, name):
    outside = tmp_path / "passwd"
    outside.write_text(SECRET)
    replaced(seeds, name).symlink_to(outside)
    assert said(seeds, name) == (
        f"{name}: is a link out of the seeds folder; put the file itself in its place"
    )
    with pytest.raises(SeedFaults) as caught:
        read(seeds)
    assert "secret" not in str(caught.value)


def test_a_folder_that_is_a_link_out_is_not_read(seeds, tmp_path):
    (seeds / "zones").rename(tmp_path / "elsewhere")
    (seeds / "zones").symlink_to(tmp_path / "elsewhere")
    assert "is a link out of the seeds folder" in said(seeds, "zones/calm-area.yaml")


def test_a_link_to_a_device_fills_no_memory(seeds):
    replaced(seeds, LAYERS).symlink_to("/dev/zero")
    assert "is a link out of the seeds folder" in said(seeds, LAYERS)


def test_a_pipe_is_not_waited_for(seeds):
    os.mkfifo(replaced(seeds, LAYERS))
    assert "is no regular file but a pipe, a device or a socket; remove it" in said(seeds, LAYERS)


def test_links_in_a_circle_and_to_nothing_are_faults(seeds):
    replaced(seeds, LAYERS).symlink_to(LAYERS)
    replaced(seeds, "kinds.yaml").symlink_to("nothing.yaml")
    assert said(seeds, LAYERS)
    assert "the file is missing" in said(seeds, "kinds.yaml")


def test_a_link_within_the_folder_and_a_linked_folder_are_read(seeds, tmp_path):
    (seeds / LAYERS).rename(seeds / "ours.txt")
    (seeds / LAYERS).symlink_to("ours.txt")
    (tmp_path / "link").symlink_to(seeds)
    assert faults_of(tmp_path / "link") == ()


def test_no_more_is_read_than_is_allowed(seeds):
    with (seeds / LAYERS).open("r+b") as file:
        file.truncate(1_000_000_000)  # sparse: on the disk it takes nothing
    tracemalloc.start()
    try:
        with pytest.raises(SeedError, match=r"longer than 64,000,000 bytes .TAMAS_MAX_FILE_BYTES"):
            read_seed(seeds, seeds / LAYERS)
        assert tracemalloc.get_traced_memory()[1] < 2.5 * MAX_FILE_BYTES
    finally:
        tracemalloc.stop()


def test_a_skeleton_reads_nothing_from_elsewhere(seeds, tmp_path):
    outside = tmp_path / "passwd"
    outside.write_text(SECRET)
    replaced(seeds, "sources.yaml").symlink_to(outside)
    with pytest.raises((SeedError, QueryError), match="link out of the seeds folder"):
        skeleton("source", seeds, "a-source")
