"""What every signal of the table keeps, whoever adds it."""

from decimal import Decimal

import pytest

from monitord.domain.signals import SIGNALS, Kind, Refused, Signal
from monitord.domain.time import HOUR, MINUTE


@pytest.fixture(name="signal", params=SIGNALS, ids=lambda signal: signal.word)
def each_signal(request: pytest.FixtureRequest) -> Signal:
    signal: Signal = request.param
    return signal


def test_a_signal_says_what_it_is_and_where_its_numbers_come_from(signal: Signal) -> None:
    """Each signal has a label for people that is not empty, and a source."""
    assert signal.label.strip()
    assert signal.source.strip()


def test_the_plausible_range_can_be_told_and_read_back(signal: Signal) -> None:
    """Each end of the range is a value of the signal, and the lower one comes first."""
    assert signal.low < signal.high
    assert [signal.low, signal.high] == [
        signal.whole(signal.text(end)) for end in (signal.low, signal.high)
    ]


def test_values_beyond_the_plausible_range_are_refused_in_its_own_unit(signal: Signal) -> None:
    """One step beyond either end no number is taken; a coded signal takes its words only."""
    for beyond in (signal.low - 1, signal.high + 1):
        number = str(beyond * signal.resolution)
        with pytest.raises(Refused):
            signal.quantise(number, signal.unit or None)


def test_a_signal_goes_stale_between_an_hour_and_two_days(signal: Signal) -> None:
    """Nothing is stale before a nurse could repeat it, and nothing stays current for days."""
    assert HOUR <= signal.stale_after_ms <= 48 * HOUR
    assert 0 == signal.stale_after_ms % MINUTE


def test_the_resolution_is_a_step_that_people_write(signal: Signal) -> None:
    """The step is a power of ten, so that a value has a fixed number of decimals."""
    assert Decimal(1) == signal.resolution.scaleb(-signal.resolution.adjusted())


def test_the_words_of_a_coded_signal_are_its_range(signal: Signal) -> None:
    """A coded signal has at least two words, each once, and its whole values are their places."""
    assert (signal.kind is Kind.CODED) == bool(signal.words)
    if signal.words:
        assert len(set(signal.words)) == len(signal.words) >= 2
        assert (0, len(signal.words) - 1) == (signal.low, signal.high)
