"""Brings the catalogues up to date with the texts: `python -m tests.locale.extract`.

Writes the template, and adds to each catalogue what is new, without a translation. What nobody says
any more goes to its end, marked obsolete, and comes back with its translation when it is said
again. Then translate what is empty; `tests/locale` says what is left.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from monitord.adapters.catalogue import DOMAIN, LOCALES
from tests.locale.texts import template

TEMPLATE: Final = LOCALES / f"{DOMAIN}.pot"
# Dates would change at every run, and the rest would only be the tool's own placeholders.
_NOT_TOLD: Final = (
    b'"POT-Creation-Date',
    b'"PO-Revision-Date',
    b'"Generated-By',
    b'"Report-Msgid-Bugs-To',
    b'"Last-Translator',
    b'"Language-Team',
)


def catalogues() -> list[Path]:
    """Find the catalogue of every language that comes with us."""
    return sorted(LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def written(catalogue: Catalog) -> bytes:
    """Write a catalogue, the same at every run."""
    out = BytesIO()
    write_po(out, catalogue, width=100, include_lineno=False)
    lines = out.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_NOT_TOLD))


def updated() -> Iterator[tuple[Path, bytes]]:
    """Give each file with what should stand in it."""
    wanted = template()
    wanted.header_comment = "# Every text that people read, by python -m tests.locale.extract."
    yield TEMPLATE, written(wanted)
    for path in catalogues():
        with path.open("rb") as file:
            catalogue = read_po(file)
        # What was said before, or was translated ahead of its pack, is remembered.
        for key, message in catalogue.obsolete.items():
            catalogue[key] = message
        catalogue.obsolete.clear()
        catalogue.update(wanted, no_fuzzy_matching=True, update_header_comment=False)
        yield path, written(catalogue)


if __name__ == "__main__":
    for changed, content in updated():
        changed.write_bytes(content)
        sys.stdout.write(f"{changed.relative_to(LOCALES)}\n")
