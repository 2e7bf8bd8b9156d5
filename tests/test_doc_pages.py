"""The pages of the documentation: each is reached, its links lead on, its examples run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import pytest
import typer

import layers
from layers import atlas as public
from layers.cli import app

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = {
    str(path.relative_to(DOCS).with_suffix("")): path.read_text(encoding="utf-8")
    for path in sorted(DOCS.rglob("*.md"))
    if not {"_build", "examples"} & set(path.parts)
}
# Blocks of code by their language; a cell of a notebook is Python that may begin with its tags.
BLOCK = re.compile(
    r"^```(\S+)(?: ipython3)?\n(?::tags: [^\n]*\n\n)?(.*?)^```$", re.MULTILINE | re.DOTALL
)
FILE = re.compile(
    r"^```\{code-block\} \w+\n:caption: (\S+)\n\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
TREE = re.compile(r"^```\{toctree\}\n(?::[^\n]*\n)*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = ("python", "{code-cell}")


def blocks(page: str, *languages: str) -> list[str]:
    return [text for language, text in BLOCK.findall(PAGES[page]) if language in languages]


def commands() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for text in blocks(page, "sh"):
            for line in text.splitlines():
                if line.startswith("tamas "):
                    yield page, line.removeprefix("tamas ")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where a reader works: the made-up events, and the record that one page tells to write."""
    (tmp_path / "made_up_events.csv").symlink_to(ROOT / "tests/sample_events/made_up_events.csv")
    for name, text in FILE.findall(PAGES["how-to/own-atlas"]):
        file = tmp_path / "quiet" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, *PYTHON)])
def test_the_examples_of_a_page_run(page, folder, real, monkeypatch) -> None:
    mpl.use("Agg")
    once = public.open_atlas
    monkeypatch.setattr(
        public, "open_atlas", lambda path=None: once(path) if path else layers.Atlas(real)
    )
    names: dict[str, object] = {}
    for text in blocks(page, *PYTHON):
        exec(compile(text, f"docs/{page}.md", "exec"), names)


@pytest.fixture(scope="module")
def parser() -> typer.core.TyperGroup:
    """The command, which does nothing but read its options."""
    command = typer.main.get_command(app)
    groups = [one for one in command.commands.values() if hasattr(one, "commands")]
    for group in (command, *groups):
        for one in group.commands.values():
            if one not in groups:
                one.callback = lambda **_: None
    return command


@pytest.mark.parametrize(("page", "line"), list(commands()))
def test_a_command_of_a_page_can_be_parsed(page, line, folder, parser) -> None:
    parser.main(shlex.split(line, comments=True), standalone_mode=False)


def test_every_page_is_in_a_table_of_contents() -> None:
    listed = ["index"]
    for page, text in PAGES.items():
        for tree in TREE.findall(text):
            entries = [re.sub(r".*<(.*)>", r"\1", line) for line in tree.split("\n") if line]
            listed += [resolved(page, entry) for entry in entries]
    assert sorted(listed) == sorted(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_the_links_of_a_page_lead_somewhere(page) -> None:
    text = PAGES[page]
    for target in re.findall(r"\{doc\}`(?:[^`<]*<)?([^`>]+)>?`", text):
        assert resolved(page, target) in PAGES, target
    for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", text) + re.findall(
        r"^```\{include\} (\S+)$", text, re.MULTILINE
    ):
        assert (DOCS / page).parent.joinpath(target).exists(), target


def resolved(page: str, target: str) -> str:
    """Return the page that a target means, from the root or from the page that names it."""
    path = DOCS / target.lstrip("/") if target.startswith("/") else (DOCS / page).parent / target
    return str(path.resolve().relative_to(DOCS))
