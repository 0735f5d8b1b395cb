"""A refusal says what was found, and suggests what may have been meant."""

from monitord.domain.refusals import Refused, did_you_mean, nearest, shown


def test_a_refusal_carries_its_name_and_its_sentence() -> None:
    """The word is for the counter, the sentence for the reader."""
    refusal = Refused("unit_missing", "there is no unit")
    assert refusal.reason == "unit_missing"
    assert str(refusal) == "there is no unit"


def test_a_word_far_from_all_others_gets_no_guess() -> None:
    """Nothing is guessed when nothing is near, nor for a text that is no word."""
    assert nearest("zzz", ["heart_rate"]) is None
    assert nearest("heart_rate" * 10, ["heart_rate"]) is None
    assert "docs/signals.md" in did_you_mean("zzz", ["heart_rate"])


def test_a_long_text_is_cut() -> None:
    """A sentence stays a sentence, whatever was sent."""
    assert len(shown("x" * 10_000)) < 80
