"""What the documentation promises holds: commands run, fields are named, layers are listed."""

from __future__ import annotations

import pkgutil
import re
import shlex
from pathlib import Path

import pytest

import layers
from layers.events.sources import MAX_COLUMNS, MAX_NAME, SCHEMES
from layers.i18n import translator
from layers.record import model
from layers.record.files import MAX_FILE_BYTES
from layers.settings import BUNDLED_SEEDS, Limits, Settings
from tests.support.atlases import SECOND, tamas

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FIELDS = (BUNDLED_SEEDS / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    tamas (.+?)(?:\s{2,}#.*)?$", README, re.MULTILINE)
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
DECISIONS = (ROOT / "DECISIONS.md").read_text(encoding="utf-8")
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for folder in ("", "docs", "api", "layers/monitor", "layers", "geo")
    for path in [*sorted((ROOT / folder).glob("*.md")), ROOT / folder / "__init__.py"]
    if path.exists() and path.name != "CHANGELOG.md"
}
TOP = "api|bench|docs|geo|layers|seeds|tests|\\.ci"
PATHS = re.compile(rf"`((?:{TOP})/[\w/.*-]*)`")
# A name in front of a file's ending is a file and no attribute: `atlas.yaml`.
NAMES = re.compile(r"`{1,2}((?:api|geo|layers)(?:\.\w+)+)`{1,2}")
MODELS = (
    model.AtlasFile, model.Source, model.Published, model.Reliability, model.Actor, model.Claim,
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
    # These are dear by the size of the record alone.
    dear = line.startswith(("export package", "export print"))
    env = {"TAMAS_SEEDS": str(SECOND)} if dear else None
    done = tamas(*shlex.split(line), cwd=tmp_path, env=env)
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
    reasons = DECISIONS.lower()
    for line in wanted:
        name = re.split(r"[<>=\[]", line)[0]
        assert name in reasons, name


@pytest.mark.parametrize("page", PAGES)
def test_the_paths_of_a_page_exist(page) -> None:
    found = PATHS.findall(PAGES[page])
    # What a reader makes for a record of their own is not in ours.
    assert [p for p in found if not any(ROOT.glob(p)) and p != "seeds/zones/my-zone.yaml"] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_names_of_a_page_can_be_imported(page) -> None:
    for name in NAMES.findall(PAGES[page]):
        pkgutil.resolve_name(name)


def test_the_architecture_page_names_what_is_looked_for() -> None:
    assert ARCHITECTURE.count("\n") <= 150
    assert len(PATHS.findall(ARCHITECTURE)) > 30
    assert len(NAMES.findall(ARCHITECTURE)) > 20


def test_the_example_of_the_architecture_page_is_what_the_record_holds(real) -> None:
    claim, zone, row_id = (
        re.search(pattern, ARCHITECTURE)[1]
        for pattern in (r"\*\*Claim\*\* `(.+?)`", r"\*\*Zone\*\* `(.+?)`", r"The row is\s+`(.+?)`")
    )
    assert real.record.zones[zone].recipe.op == "corridor"
    rows = real.frame[real.frame["id"] == row_id]
    assert list(rows["zone_id"]) == [zone]
    assert claim in rows["start_claim_ids"].iloc[0]
    for key in re.findall(r"`((?:kind|status)\.\w+)`", ARCHITECTURE):
        assert translator("en").has(key)


def test_the_tree_of_layers_is_the_one_that_there_is() -> None:
    tree = set(re.findall(r"^    [├└]── ([\w./]+)", layers.__doc__, re.MULTILINE))
    folder = ROOT / "layers"
    modules = {path.name for path in folder.glob("*.py")} - {"__init__.py"}
    assert tree == modules | {f"{path.parent.name}/" for path in folder.glob("*/__init__.py")}


def test_the_decisions_are_short_enough_to_be_read() -> None:
    assert DECISIONS.count("\n") <= 250
    assert max(map(len, DECISIONS.splitlines())) <= 125


@pytest.mark.parametrize("name", ["Makefile", ".ci/run", ".ci/scripts", ".ci/install"])
def test_the_tests_that_a_script_names_exist(name) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for path in re.findall(r"(?<![\w/])(?:tests|bench|layers)/[\w/]+\.(?:py|js)", text):
        assert (ROOT / path).exists(), path


def test_the_security_page_names_every_limit_with_its_default():
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    limits = [name for name in Settings.model_fields if name.startswith("max_")]
    assert set(Limits.model_fields) <= set(limits)
    for name, _, default, says in Settings().described():
        if name.removeprefix("TAMAS_").lower() in limits:
            assert f"| `{name}` | {default} | {says} |" in page
    for scheme in SCHEMES:
        assert f"`{scheme}`" in page
    assert f"{MAX_COLUMNS:,} columns, names of {MAX_NAME} characters" in page
    assert f"{MAX_FILE_BYTES:,}" in page


def test_how_to_report_and_what_is_trusted_are_said():
    told = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "## How to report" in told
    assert "make audit" in told
    assert "(docs/security.md)" in told
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"(?m)^audit:.*\n(\t.*\n)*\t.*pip-audit --strict", makefile)
