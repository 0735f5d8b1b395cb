"""The pages of the project, and how they are read by the tests beside this file."""

import re
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = tuple(
    sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "rules" / "README.md"])
)

_LINK: Final = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)


class Link(NamedTuple):
    """A link on a page; `target` is as it was written."""

    page: Path
    target: str


def name(page: Path) -> str:
    """Return a page's path as one writes it."""
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """Return a page without its blocks of code."""
    return _FENCE.sub("", page.read_text("utf-8"))


def blocks(page: Path, language: str) -> list[str]:
    """Return the blocks of code of a page that are in a language."""
    return [code for word, code in _FENCE.findall(page.read_text("utf-8")) if word == language]


def links(page: Path) -> list[Link]:
    """Return every link of a page that leads to another file of the project, or to a heading."""
    found = (Link(page, target) for target in _LINK.findall(prose(page)))
    return [link for link in found if "://" not in link.target]


def anchors(page: Path) -> set[str]:
    """Return the names of a page's headings as a link writes them."""
    headings = _HEADING.findall(prose(page))
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def cells(page: Path, heading: str) -> list[list[str]]:
    """Return the rows of the first table below a heading, without its head."""
    below = page.read_text("utf-8").partition(f"\n## {heading}\n")[2]
    rows = [line for line in below.split("\n## ")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]
