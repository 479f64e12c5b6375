"""The manual: what Sphinx builds it from, and how strict it is.

Doxygen reads the C++ headers (into build/doxygen), `pictures.py` makes the tutorial's pictures (in docs/_build).
"""

import re
import subprocess
import sys
from pathlib import Path

from sphinx.util.nodes import make_refnode

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

import pictures  # noqa: E402

project = "qscore"
author = "The qscore developers"
copyright = author
version = release = (ROOT / "VERSION").read_text().strip()

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click", "breathe"]
exclude_patterns = ["_build"]
suppress_warnings = ["misc.highlighting_failure"]  # listings of output that Pygments takes for something else
myst_enable_extensions = ["colon_fence", "substitution"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"qscore {release}"
html_extra_path = ["_build/pictures/html"]
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}

# Python: the docstrings, in NumPy style; names in single backticks are parameters or names of the package
default_role = "py:obj"
autodoc_class_signature = "separated"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_type_aliases = {"ArrayLike": "ArrayLike", "NDArray": "NDArray"}
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
napoleon_attr_annotations = False

nitpicky = True
nitpick_ignore_regex = [
    # other packages, whose manuals need a network
    (r"py:.*", r"(np|numpy|NDArray|ArrayLike|gemmi|os|pathlib|Path|click|collections|typing|pandas|polars|Any)\b.*"),
    (r"py:class", r"(ndarray|list of Path|tuple of Path|optional|TypeAliasForwardRef|.*\[.*|.* or .*)"),
    (r"py:obj", r"[a-z_]+"),  # parameters and columns
    (r"cpp:identifier", r"(qscore$|std|int(32|64)_t|uint(32|64)_t|size_t).*"),
]

breathe_projects = {"qscore": str(ROOT / "build" / "doxygen" / "xml")}
breathe_default_project = "qscore"

(ROOT / "build").mkdir(exist_ok=True)
subprocess.run(["doxygen", "cpp/Doxyfile"], cwd=ROOT, check=True)
myst_substitutions = pictures.make(HERE / "_build" / "pictures")


# files of the repository that are pages of the manual: links between them stay links
PAGES = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "benchmarks/README.md": "performance.md",
    "conda-recipe/ci/README.md": "conda.md",
    "docs/files.md": "files.md",
}


def link_pages(app, path, page, text):
    """Let the links of an included file lead to pages of the manual."""
    for file, its_page in PAGES.items():
        text[0] = text[0].replace(f"]({file})", f"]({its_page})")


def separate(app, what, name, obj, options, lines):
    """Keep attributes that share a description ("q_low, q_high") one field: a space would make the first a type."""
    lines[:] = [re.sub(r"^:ivar [^:]*", lambda names: names[0].replace(", ", ",\u200b"), line) for line in lines]


def find_by_name(app, env, node, contnode):
    """Resolve names that a docstring gives without their module, or that are documented under another."""
    if node.get("refdomain") != "py":
        return None
    domain = env.domains["py"]
    target = node["reftarget"]
    for name in (target, target.rpartition(".")[2]):
        found = {match[1].node_id: match for match in domain.find_obj(env, None, None, name, None, 1)}
        if len(found) == 1:
            ((name, entry),) = found.values()
            return make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, contnode, name)
    return None


def setup(app):
    """Connect the functions above."""
    app.connect("include-read", link_pages)
    app.connect("autodoc-process-docstring", separate, priority=900)
    app.connect("missing-reference", find_by_name)
