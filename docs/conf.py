"""The settings of the site: `make site` builds it with Sphinx from the Markdown pages of this folder."""

import re
import sys
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

project = "spoolproof"
html_title = "spoolproof"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["requirements.*"]

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4
myst_links_external_new_tab = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
add_module_names = False
default_role = "code"
nitpick_ignore_regex = [("py:.*", r"(?!spoolproof).*")]  # of the standard library, whose pages are not fetched

html_theme = "furo"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True, "top_of_page_buttons": []}

_NAMED = re.compile(r"^```(\w+) ([\w./-]+)$", re.MULTILINE)


def _show_file_names(app: Sphinx, docname: str, source: list[str]) -> None:
    """Give a block of `LANGUAGE NAME` its file's name as a caption; on GitHub it is part of the fence."""
    source[0] = _NAMED.sub(r"```{code-block} \1\n:caption: \2\n", source[0])


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _show_file_names)
