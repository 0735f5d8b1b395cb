"""Neurotoxicity (ICANS), ASTCT consensus 2019 (Lee, Biol Blood Marrow Transplant 2019;25:625).

| domain | 1 | 2 | 3 | 4 |
|---|---|---|---|---|
| ICE (12 y and older) | 7-9 | 3-6 | 0-2 | 0, unarousable |
| CAPD (under 12 y, or delayed) | 1-8 | | 9 or more | unable, unarousable |
| consciousness | awakens spontaneously | to voice | to touch only | unarousable |
| seizure | | | brief | prolonged or repetitive |
| motor weakness | | | | focal |
| cerebral oedema | | | focal | diffuse |

The most severe domain decides; what has another cause counts for nothing. Waking spontaneously adds
nothing to a full ICE. Table cells: PMC8403007 t0004 [S]; children: MDedge report [S2], CAPD 0 and
the band 1-8 [K]; details: clinical.md section 7.
"""

from monitord.domain.chart import label, shown
from monitord.domain.features import ContextFeature, ContextName
from monitord.domain.language import Language, phrase
from monitord.scores.bands import Bands, Words, code, unless
from monitord.scores.columns import (
    Interval,
    Mask,
    Truths,
    below,
    between,
    decided,
    either,
    equal,
    exactly,
    given,
    surely,
    unknown,
    worst,
)
from monitord.scores.grading import Grading
from monitord.scores.scale import (
    Ages,
    Inputs,
    PatientInputs,
    Scale,
    context,
    elsewhere,
    has_other_cause,
    last,
    last_since,
    with_cause,
)

NONE = exactly(0)
ANYTHING = between(0, 4)
ICE_YEARS = 12  # ICE from 12 y on, CAPD below: ASTCT consensus [S]

ICE = Bands("ice_score", at_most={"2": 3, "6": 2, "9": 1}, above=0)
CAPD = Bands("capd_score", at_most={"0": 0, "8": 1}, above=3)
CONSCIOUSNESS = Words("consciousness", {"alert": 0, "voice": 2, "touch": 3, "unarousable": 4})
SEIZURE = Words("seizure", {"none": 0, "brief": 3, "prolonged": 4})
MOTOR = Words("motor_weakness", {"none": 0, "focal": 4})
EDEMA = Words("cerebral_edema", {"none": 0, "focal": 3, "diffuse": 4})
UNAROUSABLE = code("consciousness", "unarousable")


def grade(patient: Inputs) -> Interval:
    """Grade by the most severe domain, once the patient has had the infusion."""
    graded = worst(
        _test_grade(patient),
        _consciousness_grade(patient),
        unless(has_other_cause(patient, "seizure"), SEIZURE(patient["seizure.last"])),
        unless(has_other_cause(patient, "motor_weakness"), MOTOR(patient["motor_weakness.last"])),
        unless(has_other_cause(patient, "cerebral_edema"), EDEMA(patient["cerebral_edema.last"])),
    )
    return given(surely(patient["infused"] > 0), graded, NONE)


def _consciousness_grade(patient: Inputs) -> Interval:
    """Sedation makes consciousness unknown; who can take the test under it has nothing to add."""
    charted = unless(
        has_other_cause(patient, "consciousness"), CONSCIOUSNESS(patient["consciousness.last"])
    )
    under_sedation = given(_tested(patient), NONE, ANYTHING)
    return given(surely(patient["sedated"] > 0), under_sedation, charted)


def _tested(patient: Inputs) -> Truths:
    """Tell who has a current ICE or CAPD, whichever the patient takes, that counts."""
    return decided(
        takes_capd(patient),
        _is_tested_by(patient, "capd_score"),
        _is_tested_by(patient, "ice_score"),
    )


def _is_tested_by(patient: Inputs, test: str) -> Truths:
    is_known = unknown(patient[f"{test}.last"]) ^ True
    return surely(is_known & (has_other_cause(patient, test) ^ True))


def _clouded(patient: Inputs) -> Mask:
    """Tell whose consciousness is not judged: sedated, or depressed by another cause."""
    return has_other_cause(patient, "consciousness") | (patient["sedated"] > 0)


def takes_capd(patient: Inputs) -> Truths:
    """Tell who is tested by CAPD: under 12 years, or delayed in development."""
    return below(patient["age_years"], ICE_YEARS) | surely(patient["developmental_delay"] > 0)


def _test_grade(patient: Inputs) -> Interval:
    ice, capd = patient["ice_score.last"], patient["capd_score.last"]
    unarousable = _unarousable(patient)
    by_ice = _unable(ICE(ice), surely(ice <= 0), unknown(ice), unarousable)
    by_capd = _unable(CAPD(capd), surely(unknown(capd) & False), unknown(capd), unarousable)
    return given(
        takes_capd(patient),
        unless(has_other_cause(patient, "capd_score"), by_capd),
        unless(has_other_cause(patient, "ice_score"), by_ice),
    )


def _unable(points: Interval, failed: Truths, missing: Mask, unarousable: Truths) -> Interval:
    """Who scores nothing and cannot be roused is grade 4; who is awake is at most 3 by the test."""
    sure = failed.sure & unarousable.sure
    possible = (failed.sure | missing) & unarousable.possible
    return Interval(either(sure, 4, points.low), either(possible, 4, points.high))


def _unarousable(patient: Inputs) -> Truths:
    """Sedation, or another cause, leaves open whether the patient could be roused without it."""
    consciousness = patient["consciousness.last"]
    told = equal(consciousness, UNAROUSABLE)
    clouded = _clouded(patient)
    return Truths(told.sure & (clouded ^ True), told.possible | clouded)


def explain(patient: PatientInputs, ages: Ages) -> str:
    """Say in one sentence what the grade of one patient rests on."""
    say = ages.say
    if not patient["infused"]:
        return say("no CAR-T infusion is recorded, and ICANS is graded after infusion only.")
    tested_by = takes_capd(patient)  # type: ignore[arg-type]
    test = "capd_score" if tested_by.sure else "ice_score"
    is_sedated = patient["sedated"] > 0
    asked = (test, *(() if is_sedated else ("consciousness",)), *_FINDINGS)
    missing = [s for s in asked if patient[f"{s}.last"] != patient[f"{s}.last"]]
    known = [_say(signal, patient, ages) for signal in asked if signal not in missing]
    gaps = [ages.told_last(_label(signal, say), signal) for signal in missing]
    clauses = (
        say.values(known),
        say(_sedation(test, patient), test=_label(test, say)) if is_sedated else "",
        say("not known: {names}", names=say.names(gaps)) if gaps else "",
    )
    return say.sentence(say.clauses(clauses))


def _sedation(test: str, patient: PatientInputs) -> str:
    """Choose the phrase for sedation; it is `an ICE` and `a CAPD`."""
    if _is_tested_by(patient, test).sure:  # type: ignore[arg-type]
        return phrase("sedation is running, so consciousness is not judged beside the {test}")
    if test == "ice_score":
        return phrase(
            "sedation is running, so consciousness is not known without an {test} taken since it "
            "began"
        )
    return phrase(
        "sedation is running, so consciousness is not known without a {test} taken since it began"
    )


def _say(signal: str, patient: PatientInputs, ages: Ages) -> str:
    say, value = ages.say, patient[f"{signal}.last"]
    if signal in _FINDINGS and value == code(signal, "none"):
        return ages.told(say("no {finding}", finding=_label(signal, say)), signal, value)
    finding = say("{label} {value}", label=_label(signal, say), value=shown(signal, value, say))
    told = ages.told(finding, signal, value)
    return with_cause(told, say) if patient[f"{signal}.elsewhere"] else told


def _label(signal: str, say: Language) -> str:
    return say(_LABEL[signal]) if signal in _LABEL else label(signal, say)


def scale(_: Grading) -> Scale:
    """Make the scale; the consensus leaves a unit nothing to choose here."""
    # Whoever was tested before sedation began is another patient now.
    sedation = ContextFeature(ContextName.SEDATED)
    domains = ("ice_score", "capd_score", "consciousness", *_FINDINGS)
    return Scale(
        name="icans_astct",
        label="ICANS grade (ASTCT)",
        highest=4,
        source=_SOURCE,
        not_covered=_NOT_COVERED,
        inputs=(
            context(ContextName.INFUSED),
            context(ContextName.SEDATED),
            context(ContextName.AGE_YEARS, 5, 40),
            context(ContextName.DEVELOPMENTAL_DELAY),
            last_since("ice_score", sedation, 0, 2, 5, 8, 10),
            last_since("capd_score", sedation, 0, 5, 20),
            last("consciousness"),
            *(last(finding) for finding in _FINDINGS),
            *(elsewhere(domain) for domain in domains),
        ),
        compute=grade,
        explain=explain,
    )


_SOURCE = (
    "ASTCT consensus: Lee, Biol Blood Marrow Transplant 2019;25:625, through reproductions of its "
    "table: PMC8403007 t0004, PMC7990806 Tab2 [S]; children: MDedge report of the consensus [S2], "
    "CAPD 0 and the band 1-8 [K]"
)
_NOT_COVERED = (
    "Grade 5 is death: a person enters it, it is never computed.",
    "Consciousness under sedation: not known; it adds nothing to an ICE or CAPD taken since.",
    "Intracranial haemorrhage, stroke and other causes: left out only where the assessor says so.",
    "Tremor and myoclonus: they count for no grade, and are not taken in.",
    "The items of ICE and CAPD: only their totals are taken in.",
    "A CAPD that could not be done: known from one not taken by the consciousness only.",
    "EEG, imaging, papilloedema, palsies: as the assessor says by seizure and cerebral_edema.",
    "A patient without a recorded infusion: the grade is 0, whatever is found.",
    "Other grading systems of neurotoxicity (CARTOX-10, CTCAE).",
)
_FINDINGS = ("seizure", "motor_weakness", "cerebral_edema")
_LABEL = {"ice_score": phrase("ICE"), "capd_score": phrase("CAPD")}
SCALE = scale(Grading())
