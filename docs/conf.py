"""The settings of the site: `make site` builds it with Sphinx from the Markdown pages of this folder."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

project = "spoolproof"
html_title = "spoolproof"
extensions = ["myst_parser"]
exclude_patterns = ["requirements.*"]

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4
myst_links_external_new_tab = False

html_theme = "furo"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True, "top_of_page_buttons": []}
