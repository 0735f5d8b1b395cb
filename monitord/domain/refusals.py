"""How anything is refused: by one word for the counter and one sentence for the reader.

This room never decides what is refused; it only gives refusals their form.
"""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import lru_cache

# A longer word is a mistake of another kind, and comparing it would cost time.
_LONGEST_WORD_COMPARED = 64


class Refused(ValueError):
    """A value or a word is refused: `reason` is one word, `detail` a sentence in three parts.

    What costs time to suggest is given as `hint`, and asked only when the sentence is read.
    """

    def __init__(self, reason: str, detail: str, hint: Callable[[], str] | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self._detail = detail
        self._hint = hint

    @property
    def detail(self) -> str:
        """What was found, what was expected, and what to do."""
        return f"{self._detail}; {self._hint()}" if self._hint else self._detail

    def __str__(self) -> str:
        return self.detail


class CannotBeHad(OSError):
    """Something of the machine that is needed cannot be had.

    The text is a whole sentence: where, what was found, what was expected, and what to do.
    """


def shown(text: object, longest: int = 60) -> str:
    """Quote something for a sentence, cut where it would fill the page.

    >>> shown("abc"), shown("x" * 9, longest=4)
    ("'abc'", "'xxxx...'")
    """
    plain = text if isinstance(text, str) else str(text)
    return repr(plain if len(plain) <= longest else plain[:longest] + "...")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that the writer may have meant, if one is near.

    >>> nearest("hart_rate", ["heart_rate", "spo2"])
    'heart_rate'
    """
    return _nearest(word, tuple(known)) if len(word) <= _LONGEST_WORD_COMPARED else None


# Comparing costs half a millisecond, and a sender who is wrong is wrong again every second.
@lru_cache(maxsize=1024)
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    found = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Ask after the nearest known word, or point to the table when none is near.

    >>> did_you_mean("hart_rate", ["heart_rate", "spo2"])
    "did you mean 'heart_rate'?"
    """
    guess = nearest(word, known)
    return f"did you mean {guess!r}?" if guess else "docs/signals.md lists the known words"
