"""EASIX, simplified and modified: an index of endothelial stress from three daily bloods.

| | |
|---|---|
| EASIX | LDH (U/L) x creatinine (mg/dL) / platelets (10^9/L) |
| s-EASIX | LDH (U/L) / platelets (10^9/L) |
| m-EASIX | LDH (U/L) x CRP (mg/dL) / platelets (10^9/L) |

CRP is kept in mg/L and taken here in mg/dL, ten times smaller. No cut-off was seen, so none is
here: it is a number, not a grade. Formulas: clinical.md section 3 [S].
"""

from monitord.scores.grading import Grading
from monitord.scores.ratio import Ratio
from monitord.scores.scale import Scale

DECIMALS = 2  # the house's own: two places tell apart what the bloods' own error does
PLATELETS = ("platelets", "10*9/L")

EASIX = Ratio({"ldh": "U/L", "creatinine": "mg/dL"}, PLATELETS, DECIMALS)
S_EASIX = Ratio({"ldh": "U/L"}, PLATELETS, DECIMALS)
M_EASIX = Ratio({"ldh": "U/L", "crp": "mg/dL"}, PLATELETS, DECIMALS)


def easix(_: Grading) -> Scale:
    """Make the scale with creatinine."""
    return _scale("easix", "EASIX", EASIX)


def s_easix(_: Grading) -> Scale:
    """Make the simplified scale, without creatinine."""
    return _scale("s_easix", "s-EASIX", S_EASIX)


def m_easix(_: Grading) -> Scale:
    """Make the modified scale, with CRP in place of creatinine."""
    return _scale("m_easix", "m-EASIX", M_EASIX)


def _scale(name: str, label: str, ratio: Ratio) -> Scale:
    return Scale(
        name=name,
        label=label,
        highest=ratio.top,
        source=_SOURCE,
        not_covered=_NOT_COVERED,
        inputs=ratio.inputs,
        compute=ratio,
        explain=ratio.explain,
        narrows=ratio.narrows,
        decimals=ratio.decimals,
    )


_SOURCE = "Pennisi, Blood Adv 2021;5:3397 (118 adults, 53 with B-ALL): the formulas [S]"
_NOT_COVERED = (
    "A cut-off: none was seen, so none is here; what a value means is for the reader.",
    "The day: the paper took it at lymphodepletion, the day before the infusion and the day after.",
    "Children: the paper's patients were adults; the formula is computed for everyone.",
    "Transfused platelets and haemolysis change it, and are not known here.",
    "Platelets of 0 divide by nothing: the value is then at the top of the scale, no more.",
)
