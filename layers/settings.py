"""Settings: where the record is and where the service listens, from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BUNDLED_SEEDS = Path(__file__).resolve().parent.parent / "seeds"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process is told from outside; every field has a ``TAMAS_...`` variable."""

    seeds: Path = BUNDLED_SEEDS

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read ``TAMAS_SEEDS``; without it the record that the program came with is meant."""
        given = environment.get("TAMAS_SEEDS")
        return cls(seeds=Path(given)) if given else cls()
