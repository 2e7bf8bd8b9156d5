"""What the documentation promises holds: commands run, fields are named, layers are listed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from layers.record import model
from layers.settings import BUNDLED_SEEDS
from tests.support.atlases import tamas

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FIELDS = (BUNDLED_SEEDS / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    tamas (.+?)(?:\s{2,}#.*)?$", README, re.MULTILINE)
MODELS = (
    model.Atlas, model.Source, model.Published, model.Reliability, model.Actor, model.Claim,
    model.QuoteSpan, model.ClaimPlace, model.GazetteerPlace, model.ContactPair, model.Layer,
    model.StretchProperties, model.Zone, model.Period, model.Start, model.End, model.Dispute,
    model.Side, model.Subject, model.Unknown,
)  # fmt: skip


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert README.count("\n") <= 120


def test_the_readme_names_commands() -> None:
    assert len(COMMANDS) >= 8


@pytest.mark.parametrize("line", [c for c in COMMANDS if not re.search("DIR|FILE|ID$", c)])
def test_a_command_of_the_readme_runs(line, tmp_path) -> None:
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    done = tamas(*shlex.split(line), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_readme_lists_the_layers_that_there_are(real) -> None:
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", README, re.MULTILINE)
    assert listed == list(real.record.layers)


def test_the_zone_of_the_readme_needs_no_more_than_it_says(tmp_path) -> None:
    import shutil

    block = re.search(r"six lines:\n\n((?:    .*\n)+)", README)
    assert block is not None
    lines = [line[4:] for line in block[1].splitlines()]
    assert len(lines) == 6
    seeds = Path(shutil.copytree(BUNDLED_SEEDS, tmp_path / "seeds"))
    both = "{en: made up, ar: مصنوع}"
    head = (
        f"id: my-zone\nlayer: tanf-triangle\ntype: deconfliction_area\nnames: {both}\n"
        f"summary: {both}\nclause: {both}\nconfidence: low\nconfidence_reason: {both}\n"
    )
    zone = head + "\n".join(lines) + "\n"
    (seeds / "zones" / "my-zone.yaml").write_text(zone, encoding="utf-8")
    assert tamas("--seeds", seeds, "check").returncode == 0
    assert '"my-zone"' in tamas("--seeds", seeds, "at", 38.62, 33.51, "--json").stdout


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
def test_every_field_of_the_record_is_documented(kind) -> None:
    for name, field in kind.model_fields.items():
        assert f"`{field.alias or name}`" in FIELDS, name


def test_every_recipe_kind_is_documented() -> None:
    from geo import recipes

    for name, kind in vars(recipes).items():
        if name.endswith("Op") and name not in ("_Op", "CornerOp"):
            (op,) = kind.model_fields["op"].annotation.__args__
            assert f"`{op}`" in FIELDS, op
            for field, info in kind.model_fields.items():
                assert f"`{info.alias or field}`" in FIELDS, f"{op}: {field}"


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    reasons = (ROOT / "DECISIONS.md").read_text(encoding="utf-8").lower()
    for line in wanted:
        name = re.split(r"[<>=\[]", line)[0]
        assert name in reasons, name
