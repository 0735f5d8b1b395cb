"""Every scale beside its slow plain twin, by its name."""

from collections.abc import Mapping
from typing import Final, Protocol

from monitord.scores import SCALES
from monitord.scores.grading import Grading
from monitord.scores.scale import Scale
from tests.reference import car_hematotox, crs_astct, icans_astct, news2, qsofa, sipa
from tests.reference.parts import Choices, Patient
from tests.reference.ratios import EASIX, M_EASIX, S_EASIX, SHOCK_INDEX


class Twin(Protocol):
    """What a twin answers: a module or an object."""

    @property
    def CHOICES(self) -> Choices: ...  # noqa: N802 - the modules call it so

    def interval(self, patient: Patient, /) -> tuple[int, int] | None: ...

    def missing(self, patient: Patient, /) -> tuple[str, ...]: ...


TWINS: Final[Mapping[str, Twin]] = {
    "crs_astct": crs_astct,
    "icans_astct": icans_astct,
    "news2": news2,
    "qsofa": qsofa,
    "car_hematotox": car_hematotox,
    "easix": EASIX,
    "s_easix": S_EASIX,
    "m_easix": M_EASIX,
    "shock_index": SHOCK_INDEX,
    "sipa": sipa,
}
# In the order of the registry; a scale without a twin is an error at once.
PAIRS: Final[Mapping[str, tuple[Scale, Twin]]] = {
    scale.name: (scale, TWINS[scale.name]) for scale in (make(Grading()) for make in SCALES)
}
