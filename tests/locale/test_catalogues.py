"""The catalogues that come with us: every text of code, tables and packs, in every language."""

from pathlib import Path
from typing import Final, get_args

import pytest
from babel.messages.catalog import Catalog

from monitord.adapters.catalogue import places, read_catalogue, shipped
from monitord.daemon.configuration.settings import WardSettings
from tests.locale.extract import TEMPLATE, catalogues, updated
from tests.locale.texts import template

CODES: Final = list(get_args(WardSettings.model_fields["language"].annotation))
OTHERS: Final = [code for code in CODES if code != "en"]
RUN: Final = "run .venv/bin/python -m tests.locale.extract, then translate what is new"


def test_every_language_of_the_settings_has_a_catalogue_and_no_other() -> None:
    """The settings offer what there is."""
    assert sorted(map(shipped, OTHERS)) == catalogues()


@pytest.mark.parametrize("path", [TEMPLATE, *catalogues()], ids=lambda path: path.name)
def test_a_catalogue_is_as_the_extraction_writes_it(path: Path) -> None:
    """What is said and what can be translated are the same texts."""
    assert dict(updated())[path].decode() == path.read_text("utf-8"), RUN


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_translated(code: str) -> None:
    """Each text has a translation that somebody has read, with the same places, and none is over.

    The reader refuses what is marked fuzzy.
    """
    catalogue = read_catalogue(shipped(code))
    wanted = {(one.id, one.context) for one in template()}
    assert wanted == {(one.id, one.context) for one in catalogue}, RUN
    assert [] == [one.id for one in catalogue if one.id and not _is_translated(one.string)], RUN
    assert [] == [one.id for one in catalogue if not _has_its_places(one.id, one.string)]


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_says_whether_a_clinician_has_read_it(code: str) -> None:
    """Nobody takes a translation for more than it is."""
    assert "clinician" in shipped(code).read_text("utf-8").partition("msgid")[0]


def test_the_mark_of_a_phrase_is_found() -> None:
    """Of every kind of text there is one in the template, so that none is lost unseen."""
    made = template()
    for text, owner in (
        ("{newest} ({earlier})", None),
        ("CAPD", None),
        ("{count} vasopressor", None),
        ("tocilizumab", None),
        ("nasal cannula", "oxygen_device"),
        ("thousand/µL", "unit"),
        ("min", "span"),
        ("No current heart rate", None),
        ("qSOFA", None),
    ):
        assert _holds(made, text, owner), text


def _holds(made: Catalog, text: str, owner: str | None) -> bool:
    return made.get(text, owner) is not None


def _is_translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _has_its_places(english: object, string: object) -> bool:
    texts = [string] if isinstance(string, str) else list(string)  # type: ignore[call-overload]
    wanted = places(english if isinstance(english, str) else english[-1])  # type: ignore[index]
    return not english or all(places(text) == wanted for text in texts)
