"""Settings of the documentation; `make docs` builds it and asks the network for nothing."""

import importlib.metadata
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "tamas"
author = "The tamas authors"
copyright = f"{author}; code MIT, texts and record CC BY 4.0"  # noqa: A001
release = importlib.metadata.version("tamas")
language = "en"
exclude_patterns = ["_build", "examples"]
extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "generated",
    "offline",
]

# A single backtick in a docstring names a Python object; one that is not there is a warning.
default_role = "py:obj"
nitpicky = True
# The inventories of other projects are on the network; types made of many parts have no page.
nitpick_ignore_regex = [
    ("py:.*", r"(?!(layers|geo)\b).*"),
    ("py:.*", r"layers\.(build|formats|monitor|query|web|record)\..+"),
]
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_type_aliases = {
    name: name for name in ("Day", "Names", "Events", "Reading", "ZoneReading", "Position")
}
autosummary_generate = False
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False

myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "deflist"]
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
nb_output_stderr = "remove-warn"

html_theme = "pydata_sphinx_theme"
html_title = "tamas"
html_static_path = ["static"]
html_css_files = ["docs.css"]
html_show_sourcelink = False
html_copy_source = False
html_context = {"default_mode": "auto"}
# Pages that stand alone have nothing beside them to go to.
html_sidebars = {name: [] for name in ("start", "how-it-works", "method")}
html_theme_options = {
    "logo": {"text": "tamas · تماسّ"},
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
}
