"""The language that people are told in: English phrases and what stands for them.

A phrase is English with its places in braces, such as `{label} not known`. English is told as it is
written, and so is what a catalogue lacks: a nurse reads it in the wrong language rather than not at
all. Nothing here reads a file; `adapters.catalogue` does.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from monitord.domain.time import Millis, span_parts

# Who has words besides the signals: what stands between names, the spans, the units of a chart.
OWNERS: Final = {"names": (", ",), "span": ("s", "min", "h", "d")}


def english_form(count: int) -> int:
    """Choose the first form for one, the second for any other number."""
    return int(count != 1)


def phrase(text: str) -> str:
    """Mark a text that is told elsewhere, so that it is found for translation."""
    return text


class Language:
    """What to say for each English phrase.

    `phrases` is by the English, `words` by an owner and its word as English shows it: a signal, or
    what `OWNERS` names. `forms` is by the English of one; `form_of` chooses a form by a number.
    """

    def __init__(
        self,
        code: str,
        phrases: Mapping[str, str] | None = None,
        words: Mapping[tuple[str, str], str] | None = None,
        forms: Mapping[str, tuple[str, ...]] | None = None,
        form_of: Callable[[int], int] = english_form,
    ) -> None:
        self.code = code
        self.phrases: Final = dict(phrases or {})
        self.words: Final = dict(words or {})
        self.forms: Final = dict(forms or {})
        self.form_of = form_of
        self._between_values = self(", ")
        self._between_clauses = self("; ")
        self._between_names = self.word("names", ", ")
        self.stop: Final = self(".")

    def __call__(self, text: str, /, **values: object) -> str:
        """Say a phrase with its places filled; without values a brace is only a brace."""
        told = self.phrases.get(text, text)
        return told.format_map(values) if values else told

    def many(self, one: str, other: str, count: int) -> str:
        """Say a phrase in the form of a number, which stands at `{count}`."""
        forms = self.forms.get(one)
        if forms is None:
            return (one, other)[english_form(count)].format(count=count)
        return forms[self.form_of(count)].format(count=count)

    def word(self, owner: str, word: str) -> str:
        """Say a word of a signal, or a unit: the same word of another owner may be another."""
        spaced = word.replace("_", " ")
        return self.words.get((owner, spaced), spaced)

    def names(self, names: Iterable[str]) -> str:
        """List names."""
        return self._between_names.join(names)

    def values(self, values: Iterable[str]) -> str:
        """List what may hold a comma or more than a name."""
        return self._between_values.join(values)

    def clauses(self, clauses: Iterable[str]) -> str:
        """Put the clauses of a sentence side by side; an empty one is left out."""
        return self._between_clauses.join(filter(None, clauses))

    def sentence(self, clauses: str) -> str:
        """End a sentence."""
        return f"{clauses}{self.stop}"

    def without_stop(self, sentence: str) -> str:
        """Take the stop off a sentence, also one that stayed English."""
        return sentence.rstrip(f".{self.stop}")

    def span(self, span: Millis) -> str:
        """Say a span as `time.format_span` writes it.

        >>> ENGLISH.span(6_000_000)
        '1 h 40 min'
        """
        large, *small = (
            self("{count} {unit}", count=count, unit=self.word("span", unit))
            for count, unit in span_parts(span)
        )
        return self("{hours} {minutes}", hours=large, minutes=small[0]) if small else large


ENGLISH: Final = Language("en")
