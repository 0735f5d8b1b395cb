"""Which values are of the present state, by walking through all that was charted.

A state is told as `(time, word)`, a signal as `(time, value)`, both plain and in any order.
"""

from collections.abc import Iterable, Sequence

Time = int


def of_the_present_word(
    words: Iterable[tuple[Time, str]], values: Iterable[tuple[Time, int]]
) -> int | None:
    """Give the newest value, unless it was measured before the present word was first charted."""
    since, present = None, None
    for time, word in sorted(words):
        if word != present:
            since, present = time, word
    return _newest(values, 0 if since is None else since)


def under_sedation(
    starts_and_stops: Sequence[tuple[Time, str]], values: Iterable[tuple[Time, int]]
) -> int | None:
    """Give the newest value, unless it is no newer than the start of a sedation that runs."""
    since = None
    for time, action in sorted(starts_and_stops):
        since = time if action == "started" else None
    return _newest(values, 0 if since is None else since + 1)


def _newest(values: Iterable[tuple[Time, int]], since: Time) -> int | None:
    newest = max(values, default=None)
    return newest[1] if newest is not None and newest[0] >= since else None
