"""Which files are mutated, and which tests must notice."""

from typing import Final

_UNIT: Final = "tests/unit/scores"
_PROPERTIES: Final = ("tests/properties/test_scores.py",)
_EVERY_SCALE: Final = (f"{_UNIT}/test_scales.py", f"{_UNIT}/test_missing.py", *_PROPERTIES)


def _score(name: str, *slow: str) -> tuple[str, ...]:
    """What takes longest comes last: the first test that fails ends the examination."""
    tests = (f"test_{name}.py", *(f"test_{more}.py" for more in _MORE.get(name, ())))
    words = (f"test_{name}", name, "test_scales", "test_icans_sentence", "test_astct_vectors")
    units = (f"{_UNIT}/{test}" for test in tests)
    return (*units, *_EVERY_SCALE, *(f"{_UNIT}/{s}.py" for s in slow), "-k", " or ".join(words))


_MORE: Final = {
    "crs_astct": ("crs_astct_missing", "astct_vectors"),
    "icans_astct": ("icans_sentence", "astct_vectors"),
    "easix": ("s_easix", "m_easix"),
}
# What all scores share is noticed by the cheapest of them; the exhaustive ones add nothing to it.
_SHARED_BY_ALL: Final = (
    *(f"{_UNIT}/test_{name}.py" for name in ("columns", "news2", "qsofa", "sipa", "m_easix")),
    *(f"{_UNIT}/test_{name}.py" for name in ("easix", "s_easix", "shock_index", "car_hematotox")),
    *(f"{_UNIT}/test_{name}.py" for name in ("crs_astct", "icans_astct", "icans_sentence")),
    *_EVERY_SCALE,
)

TARGETS: Final[dict[str, tuple[str, ...]]] = {
    "monitord/scores/news2.py": _score("news2"),
    "monitord/scores/qsofa.py": _score("qsofa"),
    "monitord/scores/sipa.py": _score("sipa"),
    "monitord/scores/shock_index.py": _score("shock_index"),
    "monitord/scores/easix.py": _score("easix"),
    "monitord/scores/car_hematotox.py": _score("car_hematotox"),
    "monitord/scores/crs_astct.py": _score("crs_astct", "test_crs_astct_exhaustive"),
    "monitord/scores/icans_astct.py": _score("icans_astct", "test_icans_astct_exhaustive"),
    "monitord/scores/crs_sentence.py": (f"{_UNIT}/test_crs_astct.py",),
    "monitord/scores/grading.py": (
        f"{_UNIT}/test_grading.py",
        f"{_UNIT}/test_crs_astct.py",
        f"{_UNIT}/test_icans_astct.py",
    ),
    "monitord/scores/bands.py": _SHARED_BY_ALL,
    "monitord/scores/columns.py": _SHARED_BY_ALL,
    "monitord/scores/ratio.py": _SHARED_BY_ALL,
    "monitord/scores/scale.py": _SHARED_BY_ALL,
    "monitord/alerts/lifecycle.py": (
        "tests/unit/alerts/test_lifecycle.py",
        "tests/unit/alerts/test_flapping.py",
        "tests/unit/alerts/test_silence.py",
        "tests/unit/alerts/test_together.py",
        "tests/unit/alerts/test_book.py",
        "tests/properties/test_alert_life.py",
        "tests/properties/test_alert_quiet.py",
    ),
    "monitord/windows/waiver.py": (
        "tests/unit/windows/test_course.py",
        "tests/unit/scores/test_crs_astct.py",
        "tests/unit/engine/test_grades.py",
    ),
}
