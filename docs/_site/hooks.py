"""What the site adds to docs/: pages from the top of the repository, the reference, links that work in both places.

Pages link each other by their place in the repository, so that a code host follows them. On the site, README, RULES and
their like stand beside the pages of docs/, and a file that is no page (a scenario, a script) is shown as text.
"""

from __future__ import annotations

import ast
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files, InclusionLevel

ROOT = Path(__file__).parents[2]
TOP = ("README.md", "RULES.md", "CONTRIBUTING.md", "CHANGELOG.md")
"""Pages outside docs/ that the site has as well."""

_LINK = re.compile(r"(\]\()(?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?(\))")
_CLAUSE = re.compile(r"^(\d+)\.(\d+)(?= )", re.M)
_NAME = re.compile(r"`(sim(?:\.\w+)+)`")
_NUMBER = re.compile(r"\[(\d+)\.(\d+)\](?!\()")


def packages(left_out: list[str]) -> dict[str, list[str]]:
    """Page of the reference -> its modules: every package, and the drivers that stand alone."""
    found = {}
    for folder in sorted(path.parent for path in ROOT.glob("sim/*/__init__.py")):
        name = f"sim.{folder.name}"
        modules = sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))
        if name not in left_out:
            found[name] = [f"{name}.{module}" for module in modules]
    alone = ("model", "engine", "agents", "narrate", "draws", "compiled")
    return {f"sim.{name}": [f"sim.{name}"] for name in alone} | found


def reference(name: str, modules: list[str]) -> str:
    """The page of a package as text: its own sentence and names, then each module; of a module that stands alone its members."""
    bare = "    options:\n      show_root_heading: false\n      show_root_toc_entry: false\n"
    if modules == [name]:
        return f"# {name}\n\n::: {name}\n{bare}"
    own, taken = _names_of(name)
    parts = [f"::: {name}\n{bare}      members: {own}\n"]
    if taken:
        parts.append("Also named here: " + ", ".join(f"[`{short}`][{full}]" for short, full in taken.items()) + ".\n")
    return f"# {name}\n\n" + "\n".join([*parts, *(f"::: {module}\n" for module in modules)])


def _names_of(package: str) -> tuple[list[str], dict[str, str]]:
    """What a package's own file defines, and what it takes from its modules: name -> full name."""
    tree = ast.parse((ROOT / package.replace(".", "/") / "__init__.py").read_text("utf-8"))
    own = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"]
    taken = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package}.")
        for alias in node.names
        if not alias.name.isupper()  # constants without a sentence are not in the reference
    }
    return own, taken


def on_config(config: Any) -> Any:
    """Name in the navigation what it does not name by hand."""
    listed = {leaf for section in config.nav for leaf in _leaves(section)}
    api = next(section["API"] for section in config.nav if "API" in section)
    api += [{name: f"api/{name}.md"} for name in packages(config.extra["not_in_the_reference"])]
    docs = Path(config.docs_dir)
    pages = sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md") if "_site" not in path.parts)
    more = [page for page in pages if page not in listed]
    if more:
        config.nav.append({"More": more})
    return config


def _leaves(section: Any) -> list[str]:
    """Files named anywhere in a part of the navigation."""
    if isinstance(section, str):
        return [section]
    parts = section.values() if isinstance(section, dict) else section
    return [leaf for part in parts for leaf in _leaves(part)]


def on_files(files: Files, config: Any) -> Files:
    """Add the pages at the top, the reference, and every file that a page links to."""
    for name in TOP:
        uri = "index.md" if name == "README.md" else name
        files.append(File.generated(config, uri, content=(ROOT / name).read_text("utf-8")))
    for name, modules in packages(config.extra["not_in_the_reference"]).items():
        files.append(File.generated(config, f"api/{name}.md", content=reference(name, modules)))
    for target in sorted(linked()):
        shown = File.generated(
            config, f"source/{target}.md", content=_as_text(target), inclusion=InclusionLevel.NOT_IN_NAV
        )
        files.append(shown)
    return files


def linked() -> set[str]:
    """Paths outside docs/ that pages link to and that are no pages of the site."""
    pages = [*(ROOT / "docs").rglob("*.md"), *(ROOT / name for name in TOP)]
    found = set()
    for page in pages:
        for match in _LINK.finditer(page.read_text("utf-8")):
            target = _in_repository(page.relative_to(ROOT).as_posix(), match[2])
            if target and not target.startswith("docs/") and target not in TOP and (ROOT / target).exists():
                found.add(target)
                if (ROOT / target).is_dir():
                    found |= {f"{target}/{path.name}" for path in (ROOT / target).iterdir() if path.is_file()}
    return found


def _as_text(target: str) -> str:
    """A file of the repository as a page, a folder as the list of its files."""
    path, unsearched = ROOT / target, "---\nsearch:\n  exclude: true\n---\n"
    if path.is_dir():
        names = sorted(child.name for child in path.iterdir() if child.is_file())
        return f"{unsearched}# {target}/\n\n" + "\n".join(f"- [{name}]({path.name}/{name}.md)" for name in names) + "\n"
    kind = {".py": "python", ".yaml": "yaml", ".json": "json"}.get(path.suffix, "text")
    return f"{unsearched}# {target}\n\n````{kind}\n{path.read_text('utf-8')}````\n"


def _in_repository(page: str, target: str) -> str:
    """The place in the repository that a relative link of a page leads to."""
    place = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
    return "" if place.startswith("..") else place


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Turn links by place in the repository into links by place on the site; give each clause of the rules an anchor."""
    uri = page.file.src_uri
    if uri.startswith(("source/", "api/sim")):
        return markdown
    place = "README.md" if uri == "index.md" else uri if uri in TOP else f"docs/{uri}"
    here = posixpath.dirname(uri)

    def moved(match: re.Match[str]) -> str:
        target = _in_repository(place, match[2])
        if target == "README.md":
            to = "index.md"
        elif target in TOP:
            to = target
        elif target.startswith("docs/"):
            to = target.removeprefix("docs/")
        elif (ROOT / target).exists():
            to = f"source/{target}.md"
        else:
            return match[0]  # mkdocs says that it leads nowhere
        return match[1] + posixpath.relpath(to, here or ".") + (match[3] or "") + match[4]

    markdown = _LINK.sub(moved, markdown)
    if uri == "api/index.md":
        pages = packages(config.extra["not_in_the_reference"])
        markdown = _NAME.sub(lambda m: f"[{m[0]}]({m[1]}.md)" if m[1] in pages else f"[{m[0]}][{m[1]}]", markdown)
    if uri == "index.md":
        page.meta["hide"] = ["navigation"]
    if uri == "ODD.md":
        markdown = _NUMBER.sub(r"[\1.\2](RULES.md#clause-\1-\2)", markdown)
    if uri == "RULES.md":
        markdown = _CLAUSE.sub(r'<a class="clause" id="clause-\1-\2">\1.\2</a>', markdown)
    return markdown
