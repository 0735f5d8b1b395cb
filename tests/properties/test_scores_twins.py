"""The twins themselves: what they take apart must be what brute force gives as a whole."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings

from monitord.scores import crs_astct as fast_crs
from monitord.scores import icans_astct as fast_icans
from tests.reference import crs_astct, icans_astct, news2
from tests.reference.drawing import patient
from tests.reference.parts import Choices, Patient, completions, without_idle_marks

unhurried = settings(deadline=None, max_examples=80)
AT_MOST = 4_000


def mostly_known(drawn: Patient, typical: Patient) -> Patient:
    """Fill in what is typical, until brute force over all inputs at once stays small."""
    kept = dict(drawn)
    for name in sorted(drawn, key=lambda name: name[::-1]):
        if kept[name] is None and sum(known is None for known in kept.values()) > 3:
            kept[name] = typical[name]
    return kept


def is_small(someone: Patient, choices: Choices) -> bool:
    ways = 1
    for name, values in choices.items():
        ways *= len(values) if someone[name] is None else 1
    return ways <= AT_MOST


@unhurried
@given(drawn=patient(fast_crs.SCALE))
def test_the_crs_twin_is_brute_force(drawn: Patient) -> None:
    """Taken apart into fever, pressure and oxygen, the CRS twin gives what the whole gives."""
    someone = without_idle_marks(mostly_known(drawn, crs_astct.well({"oxygen_flow.last": 2})))
    if is_small(someone, crs_astct.CHOICES):
        wholes = completions(someone, crs_astct.CHOICES)
        grades = {grade for whole in wholes for grade in crs_astct.grades(whole)}

        assert (min(grades), max(grades)) == crs_astct.interval(someone)


@unhurried
@given(drawn=patient(fast_icans.SCALE))
def test_the_icans_twin_is_brute_force(drawn: Patient) -> None:
    """Taken apart into domains, the ICANS twin gives what the whole gives.

    A CAPD that could not be performed is no value, so CAPD is known here.
    """
    typical = icans_astct.well({"capd_score.last": 0})
    someone = without_idle_marks(
        mostly_known({**drawn, "capd_score.last": drawn["capd_score.last"] or 0}, typical)
    )
    if is_small(someone, icans_astct.CHOICES):
        wholes = completions(someone, icans_astct.CHOICES)
        grades = {grade for whole in wholes for grade in icans_astct.grades(whole)}

        assert (min(grades), max(grades)) == icans_astct.interval(someone)


@pytest.mark.parametrize(
    "parts",
    [
        (crs_astct.TEMPERATURE, crs_astct.PRESSURE, crs_astct.OXYGEN),
        (icans_astct.ALERTNESS, icans_astct.SEIZURE, icans_astct.WEAKNESS, icans_astct.EDEMA),
        tuple(dict.fromkeys(inputs, ()) for _, inputs in news2.ROWS),
    ],
    ids=["crs_astct", "icans_astct", "news2"],
)
def test_no_input_is_in_two_parts(parts: tuple[Mapping[str, object], ...]) -> None:
    """The parts that a twin takes its scale into have no input in common."""
    names = [name for part in parts for name in part]

    assert sorted(set(names)) == sorted(names)
