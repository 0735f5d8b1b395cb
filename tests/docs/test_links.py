"""What a page points at is there."""

import re
import shlex

from tests.docs.pages import PAGES, ROOT, anchors, blocks, links, name, prose

# A path as prose writes it: `tests/reference/`, `monitord/engine/step.py`; not a topic.
_PATH = re.compile(
    r"`((?!monitord/v1)(?:monitord|tests|docs|rules|config|scripts|requirements|bench)/[\w./-]*)`"
)
_TARGET = re.compile(r"^(\w+):", re.MULTILINE)


def test_every_link_leads_somewhere() -> None:
    """Each link to a file, and to a heading of it, finds what it names."""
    broken = []
    for page in PAGES:
        for _, target in links(page):
            path, _, anchor = target.partition("#")
            found = (page.parent / path).resolve() if path else page
            if not found.exists() or (anchor and anchor not in anchors(found)):
                broken.append(f"{name(page)}: {target}")
    assert [] == broken


def test_every_path_that_prose_names_is_there() -> None:
    """Each path in backquotes is a file or a folder of the project."""
    assert [] == [
        f"{name(page)}: {path}"
        for page in PAGES
        for path in _PATH.findall(prose(page))
        if not (ROOT / path).exists()
    ]


def test_every_decision_is_listed_once_and_in_order() -> None:
    """docs/adr/README.md names every decision under its number and title, and no other."""
    index = (ROOT / "docs" / "adr" / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \|$", index, re.MULTILINE)
    written = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert [page.name for page in written] == [file for _, file, _ in listed]
    assert [page.read_text("utf-8").splitlines()[0] for page in written] == [
        f"# {number} {title}" for number, _, title in listed
    ]


def test_every_make_target_that_a_page_names_exists() -> None:
    """Nobody is told to make what the Makefile does not know."""
    known = set(_TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
    told = {
        (name(page), target)
        for page in PAGES
        for target in re.findall(r"`make (\w+)", page.read_text("utf-8"))
    }
    shell = {
        (name(page), line) for page in PAGES for line in "\n".join(blocks(page, "sh")).splitlines()
    }
    told |= {
        (page, words[1])
        for page, line in shell
        if (words := shlex.split(line, comments=True))[:1] == ["make"]
    }
    assert told
    assert [] == sorted(f"{page}: make {target}" for page, target in told if target not in known)
