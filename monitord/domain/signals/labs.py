"""What the laboratory measures in blood.

Molar masses follow from the formula and the IUPAC 2021 abridged atomic weights (C 12.011, H 1.008,
N 14.007, O 15.999, P 30.974, Ca 40.078). Stale after: bloods are drawn daily (Yakoub-Agha,
Haematologica 2020, p. 74), plus half a day's grace. Ranges are what an analyser can report.
"""

from functools import partial
from typing import Final

from monitord.domain.signals.signal import Signal, measured
from monitord.domain.time import HOUR
from monitord.domain.units import (
    THOUSANDS_PER_MICROLITRE,
    UNITLESS,
    UNITS_PER_LITRE,
    mass_concentration,
    substance_concentration,
)

_lab: Final = partial(
    measured,
    stale_after_ms=36 * HOUR,  # daily bloods: Yakoub-Agha, Haematologica 2020, p. 74
    source="daily bloods (Yakoub-Agha, Haematologica 2020, p. 74) and half a day's grace",
)

_CREATININE: Final = mass_concentration("mg/dL", "113.120")  # C4H7N3O, IUPAC 2021
_BILIRUBIN: Final = mass_concentration("mg/dL", "584.673")  # C33H36N4O6, IUPAC 2021
_TRIGLYCERIDES: Final = mass_concentration("mg/dL", "885.453")  # as triolein C57H104O6, IUPAC 2021
_PHOSPHATE: Final = mass_concentration("mg/dL", "30.974")  # told as phosphorus P, IUPAC 2021
_URIC_ACID: Final = mass_concentration("mg/dL", "168.112")  # C5H4N4O3, IUPAC 2021
_CALCIUM: Final = mass_concentration("mg/dL", "40.078")  # Ca, IUPAC 2021
_LACTATE: Final = substance_concentration("90.078")  # as lactic acid C3H6O3, IUPAC 2021
_MONOVALENT: Final = substance_concentration(valence=1)

LABS: Final[tuple[Signal, ...]] = (
    _lab("crp", "CRP", "mg/L", mass_concentration("mg/L"),
         step="0.1", low="0", high="2000", loinc="1988-5"),
    _lab("ferritin", "ferritin", "ng/mL", mass_concentration("ng/mL"),
         step="1", low="0", high="1000000", loinc="2276-4"),
    _lab("il6", "interleukin-6", "pg/mL", mass_concentration("pg/mL"),
         step="0.1", low="0", high="10000000", loinc="26881-3"),
    _lab("ldh", "LDH", "U/L", UNITS_PER_LITRE,
         step="1", low="0", high="200000", loinc="2532-0", other_codes=("14804-9",)),
    _lab("creatinine", "creatinine", "mg/dL", _CREATININE,
         step="0.01", low="0", high="80", loinc="2160-0", other_codes=("14682-9", "38483-4")),
    _lab("platelets", "platelets", "10*3/uL", THOUSANDS_PER_MICROLITRE,
         step="0.001", low="0", high="10000", loinc="777-3", other_codes=("26515-7",)),
    _lab("anc", "neutrophils", "10*3/uL", THOUSANDS_PER_MICROLITRE,
         step="0.001", low="0", high="1000", loinc="751-8", other_codes=("26499-4", "753-4")),
    _lab("wbc", "white cells", "10*3/uL", THOUSANDS_PER_MICROLITRE,
         step="0.001", low="0", high="2000", loinc="6690-2", other_codes=("26464-8",)),
    _lab("hemoglobin", "hemoglobin", "g/dL", mass_concentration("g/dL"),
         step="0.01", low="0", high="30", loinc="718-7"),
    _lab("fibrinogen", "fibrinogen", "mg/dL", mass_concentration("mg/dL"),
         step="1", low="0", high="3000", loinc="3255-7"),
    _lab("d_dimer", "D-dimer (FEU)", "mg/L", mass_concentration("mg/L"),
         step="0.01", low="0", high="10000", loinc="48065-7"),
    _lab("inr", "INR", "", UNITLESS,
         step="0.01", low="0.1", high="50", loinc="6301-6", other_codes=("34714-6",)),
    _lab("ast", "AST", "U/L", UNITS_PER_LITRE, step="1", low="0", high="100000", loinc="1920-8"),
    _lab("alt", "ALT", "U/L", UNITS_PER_LITRE, step="1", low="0", high="100000", loinc="1742-6"),
    _lab("bilirubin_total", "total bilirubin", "mg/dL", _BILIRUBIN,
         step="0.01", low="0", high="150", loinc="1975-2", other_codes=("14631-6",)),
    _lab("bilirubin_direct", "direct bilirubin", "mg/dL", _BILIRUBIN,
         step="0.01", low="0", high="150", loinc="1968-7", other_codes=("14629-0",)),
    _lab("triglycerides", "triglycerides", "mg/dL", _TRIGLYCERIDES,
         step="1", low="0", high="30000", loinc="2571-8", other_codes=("14927-8",)),
    _lab("albumin", "albumin", "g/dL", mass_concentration("g/dL"),
         step="0.01", low="0", high="12", loinc="1751-7"),
    _lab("lactate", "lactate", "mmol/L", _LACTATE,
         step="0.01", low="0", high="60", loinc="2524-7", other_codes=("32693-4", "2518-9")),
    _lab("procalcitonin", "procalcitonin", "ng/mL", mass_concentration("ng/mL"),
         step="0.01", low="0", high="10000", loinc="33959-8"),
    _lab("sodium", "sodium", "mmol/L", _MONOVALENT,
         step="1", low="50", high="250", loinc="2951-2", other_codes=("2947-0",)),
    _lab("potassium", "potassium", "mmol/L", _MONOVALENT,
         step="0.01", low="0.5", high="25", loinc="2823-3", other_codes=("6298-4",)),
    _lab("phosphate", "phosphate", "mg/dL", _PHOSPHATE,
         step="0.01", low="0", high="60", loinc="2777-1", other_codes=("14879-1",)),
    _lab("uric_acid", "uric acid", "mg/dL", _URIC_ACID,
         step="0.01", low="0", high="150", loinc="3084-1", other_codes=("14933-6",)),
    _lab("calcium", "calcium", "mg/dL", _CALCIUM,
         step="0.01", low="0", high="40", loinc="17861-6", other_codes=("2000-8",)),
)  # fmt: skip
