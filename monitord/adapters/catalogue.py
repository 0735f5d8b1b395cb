"""Reads translations: gettext catalogues (`.po`) become a `Language`.

A catalogue is checked as it is read: a translation that is marked fuzzy, or has other places in
braces than the English, is refused by name, so that no sentence fails when it is wanted.
"""

import gettext
from collections.abc import Iterable
from pathlib import Path
from string import Formatter
from typing import Final

from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from monitord.domain.language import ENGLISH, Language

LOCALES: Final = Path(__file__).parents[1] / "locale"
DOMAIN: Final = "monitord"


class CatalogueProblem(ValueError):
    """A catalogue cannot be used; tells the file, what was found and what was expected."""

    def __init__(self, path: Path, found: str, expected: str) -> None:
        super().__init__(f"{path}: found {found}, expected {expected}")
        self.path, self.found, self.expected = path, found, expected


def read_language(code: str, own: Path | None = None) -> Language:
    """Read the language that comes with us, and a unit's own catalogue, which wins.

    Raises `CatalogueProblem`.
    """
    paths = [] if code == ENGLISH.code else [shipped(code)]
    return _language(code, [read_catalogue(path) for path in (*paths, *filter(None, [own]))])


def shipped(code: str) -> Path:
    """Name the file of a language that comes with us; `zh-Hans` is in the folder `zh_Hans`."""
    return LOCALES / code.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(path: Path) -> Catalog:
    """Read and check one catalogue; raises `CatalogueProblem` with the first thing wrong."""
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    except OSError as error:
        raise CatalogueProblem(path, error.strerror or "no file", "a readable .po file") from None
    except (PoFileError, UnicodeDecodeError, UnknownLocaleError, ValueError) as error:
        expected = "a gettext catalogue in UTF-8; msgfmt --check says more"
        raise CatalogueProblem(path, f"text that is no catalogue ({error})", expected) from None
    for message in catalogue:
        if message.id:
            _check(path, message)
    return catalogue


def _check(path: Path, message: Message) -> None:
    if message.fuzzy:
        found = f"line {message.lineno}: a translation marked fuzzy of {message.id!r}"
        raise CatalogueProblem(path, found, "one that somebody has read; then take the mark away")
    # What is not translated yet is told in English.
    wanted = places(_texts(message.id)[-1])
    for text in filter(None, _texts(message.string)):
        if places(text) != wanted:
            found = f"line {message.lineno}: {text!r}"
            raise CatalogueProblem(path, found, f"the places of {message.id!r}")


def places(text: str) -> list[str]:
    """Name the places in braces and how they are filled, sorted.

    A text that cannot be filled has the one place `?`.
    """
    try:
        return sorted(
            f"{name}!{conversion or ''}:{form}"
            for _, name, form, conversion in Formatter().parse(text)
            if name is not None
        )
    except ValueError:
        return ["?"]


def _texts(told: str | Iterable[str] | None) -> tuple[str, ...]:
    return (told or "",) if told is None or isinstance(told, str) else tuple(told)


def _language(code: str, catalogues: Iterable[Catalog]) -> Language:
    phrases: dict[str, str] = {}
    words: dict[tuple[str, str], str] = {}
    forms: dict[str, tuple[str, ...]] = {}
    form_of = ENGLISH.form_of
    for catalogue in catalogues:
        for message in catalogue:
            told = _texts(message.string)
            if not message.id or not all(told):
                continue
            english = _texts(message.id)[0]
            if message.pluralizable:
                forms[english] = told
                # One translator's forms are counted by the same translator's rule.
                form_of = gettext.c2py(catalogue.plural_expr)
            elif message.context:
                words[message.context, english] = told[0]
            else:
                phrases[english] = told[0]
    return Language(code, phrases, words, forms, form_of)
