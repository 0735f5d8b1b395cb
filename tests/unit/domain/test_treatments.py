"""The table of treatments says what the contract and the consensus say."""

from monitord.domain.treatments import TREATMENTS, find_treatment


def words(flag: str) -> set[str]:
    return {t.word for t in TREATMENTS if getattr(t, flag)}


def test_the_table_has_the_contract_s_treatments() -> None:
    """Every treatment of the contract is there, in its order."""
    expected = (
        "car_t_infusion lymphodepletion tocilizumab siltuximab anakinra corticosteroid antipyretic "
        "norepinephrine epinephrine phenylephrine dopamine dobutamine vasopressin fluid_bolus "
        "sedation levetiracetam antibiotic"
    )
    assert expected.split() == [t.word for t in TREATMENTS]


def test_vasopressors_are_five() -> None:
    """Dobutamine is an inotrope and is not counted."""
    expected = {"norepinephrine", "epinephrine", "phenylephrine", "dopamine", "vasopressin"}
    assert expected == words("is_vasopressor")


def test_fever_is_hidden_by_five() -> None:
    """After anti-cytokines, steroids and antipyretics fever may be absent."""
    expected = {"tocilizumab", "siltuximab", "anakinra", "corticosteroid", "antipyretic"}
    assert expected == words("masks_fever")


def test_sedation_is_the_one_that_excuses_drowsiness() -> None:
    """Only sedation makes consciousness unknown."""
    assert {"sedation"} == words("is_sedation")


def test_a_treatment_is_found_by_its_word_and_place() -> None:
    """The index is the place in the table; an unknown word finds nothing."""
    assert list(range(len(TREATMENTS))) == [t.index for t in TREATMENTS]
    assert list(TREATMENTS) == [find_treatment(t.word) for t in TREATMENTS]
    assert find_treatment("norepinephrin") is None
