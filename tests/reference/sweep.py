"""Walks every combination of plain values past a fast score and its twin.

A block is a list of part-patients, each with what its own inputs could mean. No input is in two
blocks, so the twin is asked once for each member of each block, and the fast score is asked for
every combination, the last two blocks as one crowd at a time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from monitord.scores.scale import Scale
from tests.reference.columns import whole
from tests.reference.parts import Patient, Value

Meaning: TypeAlias = tuple[Value, ...]
Combine: TypeAlias = Callable[..., tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Member:
    """Part of a patient, and everything that part could mean."""

    inputs: Patient
    meaning: Meaning


def members(
    values: Mapping[str, Sequence[Value]],
    means: Callable[[Patient], Meaning],
    could_be: Callable[[Patient], bool] = lambda patient: True,
) -> list[Member]:
    """Make a block of every combination of these values that could happen."""
    every = (dict(zip(values, row, strict=True)) for row in product(*values.values()))
    return [Member(part, means(part)) for part in every if could_be(part)]


def disagreements(scale: Scale, blocks: Sequence[list[Member]], combine: Combine) -> Iterator[str]:
    """Tell of every combination that the fast score grades otherwise than the twin."""
    *outer, first, second = blocks
    crowd = _crossed(first, second)
    pairs = sorted({(one.meaning, two.meaning) for one in first for two in second}, key=repr)
    numbers = {pair: number for number, pair in enumerate(pairs)}
    number_of = np.array([numbers[a.meaning, b.meaning] for a in first for b in second])
    for fixed in product(*outer):
        meanings = [member.meaning for member in fixed]
        expected = np.array([combine(*meanings, *pair) for pair in pairs], dtype=np.float64)
        columns = {**crowd, **_constant(fixed, number_of.size)}
        got = scale.compute(columns)
        wanted = expected[number_of]
        for row in np.flatnonzero((got.low != wanted[:, 0]) | (got.high != wanted[:, 1]))[:3]:
            index_one, index_two = divmod(int(row), len(second))
            patient: dict[str, Value] = {}
            for member in (*fixed, first[index_one], second[index_two]):
                patient |= member.inputs
            yield f"twin {wanted[row]}, fast {got.low[row]}..{got.high[row]}: {patient}"


def count(blocks: Sequence[list[Member]]) -> int:
    """Count the combinations of all blocks."""
    return int(np.prod([len(block) for block in blocks]))


def _crossed(first: list[Member], second: list[Member]) -> dict[str, NDArray[np.float64]]:
    crowd = {}
    for name in first[0].inputs:
        crowd[name] = np.repeat(_column(name, first), len(second))
    for name in second[0].inputs:
        crowd[name] = np.tile(_column(name, second), len(first))
    return crowd


def _column(name: str, block: list[Member]) -> NDArray[np.float64]:
    return np.array([whole(name, member.inputs[name]) for member in block], dtype=np.float64)


def _constant(fixed: tuple[Member, ...], size: int) -> dict[str, NDArray[np.float64]]:
    return {
        name: np.full(size, whole(name, value))
        for member in fixed
        for name, value in member.inputs.items()
    }
