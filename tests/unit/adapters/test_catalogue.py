"""Reading catalogues of translations."""

from pathlib import Path

import pytest

from monitord.adapters.catalogue import CatalogueProblem, read_language

HEAD = """msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {forms};\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
CHINESE = HEAD.format(language="zh_Hans", forms="nplurals=1; plural=0")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Name a unit's own catalogue."""
    return tmp_path / "own.po"


def test_english_needs_no_catalogue() -> None:
    """Without a file every phrase is said as it is written."""
    assert "just now" == read_language("en")("just now")


def test_the_language_that_comes_with_us_is_read() -> None:
    """Phrases, words of signals and forms of numbers are all there."""
    say = read_language("zh-Hans")
    assert "zh-Hans" == say.code
    assert "5分钟前" == say("{span} ago", span=say.span(300_000))
    assert "鼻导管" == say.word("oxygen_device", "nasal_cannula")
    assert "2种升压药" == say.many("{count} vasopressor", "{count} vasopressors", 2)


def test_a_units_own_catalogue_wins_and_adds(own: Path) -> None:
    """A unit may change a word of ours and translate its own rules."""
    own.write_text(
        f'{CHINESE}msgid "just now"\nmsgstr "刚才"\n\nmsgid "Call Li"\nmsgstr "叫李"\n', "utf-8"
    )
    say = read_language("zh-Hans", own)
    assert ["刚才", "叫李", "体温"] == [say("just now"), say("Call Li"), say("temperature")]


def test_forms_of_numbers_follow_the_catalogues_own_rule(own: Path) -> None:
    """A language with three forms has three."""
    rule = "nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2)"
    forms = "".join(f'msgstr[{at}] "{{count}} {word}"\n' for at, word in enumerate("abc"))
    own.write_text(
        HEAD.format(language="pl", forms=rule)
        + 'msgid "{count} year old"\nmsgid_plural "{count} years old"\n'
        + forms,
        "utf-8",
    )
    say = read_language("en", own)
    told = [say.many("{count} year old", "{count} years old", count) for count in (1, 3, 7)]
    assert ["1 a", "3 b", "7 c"] == told


def test_what_is_not_translated_yet_is_left_in_english(own: Path) -> None:
    """An empty translation is none."""
    own.write_text(f'{CHINESE}msgid "Call Li"\nmsgstr ""\n', "utf-8")
    assert "Call Li" == read_language("zh-Hans", own)("Call Li")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('msgid "{label} due"\nmsgstr "到期"\n', "'到期'"),
        ('msgid "{label} due"\nmsgstr "{lable}到期"\n', "'{lable}到期'"),
        ('msgid "{label} due"\nmsgstr "{label到期"\n', "'{label到期'"),
        ('msgid "{label} due"\nmsgstr "{label.word}到期"\n', "'{label.word}到期'"),
        ('msgid "{label} due"\nmsgstr "{label:d}到期"\n', "'{label:d}到期'"),
        ('#, fuzzy\nmsgid "late"\nmsgstr "迟"\n', "fuzzy"),
        ('msgid "late\n', "no catalogue"),
    ],
)
def test_a_catalogue_that_would_fail_a_sentence_is_refused(
    own: Path, text: str, found: str
) -> None:
    """What is wrong is told at the start, with the file, and never at the bedside."""
    own.write_text(f"{CHINESE}{text}", "utf-8")
    with pytest.raises(CatalogueProblem) as problem:
        read_language("zh-Hans", own)
    assert found in str(problem.value)
    assert str(own) in str(problem.value)


def test_a_catalogue_in_another_encoding_is_refused(own: Path) -> None:
    """Bytes that are not the characters the file promises are told."""
    own.write_bytes(CHINESE.encode() + 'msgid "late"\nmsgstr "迟"\n'.encode("gb18030"))
    with pytest.raises(CatalogueProblem, match="UTF-8"):
        read_language("zh-Hans", own)


def test_a_catalogue_that_is_not_there_is_told(own: Path) -> None:
    """The reader says which file it wanted."""
    with pytest.raises(CatalogueProblem, match="No such file"):
        read_language("zh-Hans", own)
