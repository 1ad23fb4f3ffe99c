"""Sphinx: Markdown pages in four kinds, warnings are errors (`make docs`)."""

from __future__ import annotations

from trigpoint import __version__

project = "Trigpoint"
author = "The Trigpoint contributors"
copyright = "The Trigpoint contributors, Apache-2.0"
release = __version__

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nitpicky = True

html_theme = "furo"
html_title = f"Trigpoint {release}"
html_show_sphinx = False
html_copy_source = False
