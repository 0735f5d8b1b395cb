"""The slow plain twin of the ICANS grade: one patient, the table read cell by cell.

Lee, Biol Blood Marrow Transplant 2019;25:625, adults and children. It must never be tuned to agree
with the fast score: where the two differ, one of them misreads the table.
"""

from itertools import product

from tests.reference.parts import (
    Choices,
    Patient,
    Value,
    completions,
    elsewhere,
    narrowing,
    number,
    without_idle_marks,
    word,
)

# ICE, CAPD and consciousness answer for each other, so they are enumerated together.
ALERTNESS: Choices = {
    "age_years": (1, 11, 12, 40),
    "ice_score.last": tuple(range(11)),
    "capd_score.last": (0, 1, 8, 9, 32),
    "consciousness.last": ("alert", "voice", "touch", "unarousable"),
}
SEIZURE: Choices = {"seizure.last": ("none", "brief", "prolonged")}
WEAKNESS: Choices = {"motor_weakness.last": ("none", "focal")}
EDEMA: Choices = {"cerebral_edema.last": ("none", "focal", "diffuse")}
CHOICES: Choices = {**ALERTNESS, **SEIZURE, **WEAKNESS, **EDEMA}

FINDINGS = tuple(name.removesuffix(".last") for name in CHOICES if name.endswith(".last"))


def grade(patient: Patient) -> int:
    """Grade a patient of whom everything is known and for whom the table has a cell."""
    (only,) = grades(patient)
    return only


def grades(patient: Patient) -> set[int]:
    """Give every grade that the table admits for a patient of whom everything is known.

    It is more than one where a depressed consciousness has another cause, and an ICE of 0 asks
    whether the patient could be roused without that cause.
    """
    if not patient["infused"]:
        return {0}
    other = max(seizure(patient), weakness(patient), edema(patient))
    return {max(alertness, other) for alertness in alertness_grades(patient)}


def interval(patient: Patient) -> tuple[int, int]:
    """Give the lowest and the highest grade over everything that the unknown inputs could be."""
    if not patient["infused"]:
        return 0, 0
    patient = without_idle_marks(patient)
    possible = {
        max(domains)
        for domains in product(
            possible_alertness(patient),
            {seizure(whole) for whole in completions(patient, SEIZURE)},
            {weakness(whole) for whole in completions(patient, WEAKNESS)},
            {edema(whole) for whole in completions(patient, EDEMA)},
        )
    }
    return min(possible), max(possible)


def missing(patient: Patient) -> tuple[str, ...]:
    """Name the unknown inputs that would narrow the interval."""
    return narrowing(without_idle_marks(patient), CHOICES, interval)


def possible_alertness(patient: Patient) -> set[int]:
    """Give every grade that ICE or CAPD and the consciousness could mean."""
    possible = set()
    for whole in completions(patient, ALERTNESS):
        possible |= alertness_grades(whole)
        if uses_capd(whole) and patient["capd_score.last"] is None:
            # A CAPD that was not charted may be one that could not be performed: grade 4.
            possible |= {4} if False in could_be_roused(whole) else set()
    return possible


def alertness_grades(patient: Patient) -> set[int]:
    """Grade consciousness, and the one of ICE and CAPD that fits the age."""
    scores = {capd(patient)} if uses_capd(patient) else ice(patient)
    return {max(pair) for pair in product(consciousness(patient), scores)}


def uses_capd(patient: Patient) -> bool:
    """CAPD is for those under 12 years and for those whose development is delayed."""
    return bool(patient["developmental_delay"]) or number(patient, "age_years") < 12


def ice(patient: Patient) -> set[int]:
    """Grade the immune effector cell encephalopathy score, 10 points at best."""
    if elsewhere(patient, "ice_score"):
        return {0}
    score = number(patient, "ice_score.last")
    if score == 10:
        return {0}
    if score >= 7:
        return {1}
    if score >= 3:
        return {2}
    if score >= 1:
        return {3}
    # 0 and awake is 3 (global aphasia); 0 because the patient cannot be roused is 4.
    return {3 if rousable else 4 for rousable in could_be_roused(patient)}


def capd(patient: Patient) -> int:
    """Grade the Cornell assessment of pediatric delirium."""
    if elsewhere(patient, "capd_score"):
        return 0
    score = number(patient, "capd_score.last")
    if score == 0:
        return 0
    return 1 if score < 9 else 3


def consciousness(patient: Patient) -> set[int]:
    """Grade what it takes to wake the patient, unless something else made the patient sleep.

    How awake a sedated patient would be without the drug nobody knows, unless a test that counts
    was taken: then the test says it all.
    """
    if patient["sedated"]:
        test = "capd_score" if uses_capd(patient) else "ice_score"
        return {0, 2, 3, 4} if elsewhere(patient, test) else {0}
    if elsewhere(patient, "consciousness"):
        return {0}
    found = word(patient, "consciousness.last")
    return {{"alert": 0, "voice": 2, "touch": 3, "unarousable": 4}[found]}


def could_be_roused(patient: Patient) -> set[bool]:
    """Tell whether the patient could be roused, were it not for sedation or another cause."""
    if patient["sedated"] or elsewhere(patient, "consciousness"):
        return {False, True}
    return {patient["consciousness.last"] != "unarousable"}


def seizure(patient: Patient) -> int:
    """Grade the seizure by how it ended."""
    return finding(patient, "seizure", {"none": 0, "brief": 3, "prolonged": 4})


def weakness(patient: Patient) -> int:
    """Grade deep focal weakness."""
    return finding(patient, "motor_weakness", {"none": 0, "focal": 4})


def edema(patient: Patient) -> int:
    """Grade edema on imaging and the signs of a raised pressure in the skull."""
    return finding(patient, "cerebral_edema", {"none": 0, "focal": 3, "diffuse": 4})


def finding(patient: Patient, name: str, table: dict[str, int]) -> int:
    """Read one row of the table, unless the finding has another cause."""
    return 0 if elsewhere(patient, name) else table[word(patient, f"{name}.last")]


def well(changed: Patient) -> dict[str, Value]:
    """Describe an infused adult with nothing wrong, then change what the story asks for."""
    known: dict[str, Value] = {
        "infused": True,
        "sedated": False,
        "age_years": 40,
        "developmental_delay": False,
        "ice_score.last": 10,
        "capd_score.last": None,
        "consciousness.last": "alert",
        "seizure.last": "none",
        "motor_weakness.last": "none",
        "cerebral_edema.last": "none",
        **{f"{name}.elsewhere": False for name in FINDINGS},
    }
    return {**known, **changed}
