"""Which files are mutated, and which tests must notice."""

from typing import Final

_PROPERTIES: Final = ("tests/properties/test_scores.py",)


def _score(name: str, *more: str) -> tuple[str, ...]:
    tests = (f"tests/unit/scores/test_{name}.py", "tests/unit/scores/test_scales.py", *more)
    matching = f"test_{name} or {name} or test_scales or test_icans_sentence"
    return (*tests, "tests/unit/scores/test_missing.py", *_PROPERTIES, "-k", matching)


_ALL: Final = ("tests/unit/scores", *_PROPERTIES)

TARGETS: Final[dict[str, tuple[str, ...]]] = {
    "monitord/scores/news2.py": _score("news2"),
    "monitord/scores/qsofa.py": _score("qsofa"),
    "monitord/scores/sipa.py": _score("sipa"),
    "monitord/scores/shock_index.py": _score("shock_index"),
    "monitord/scores/easix.py": (
        *(f"tests/unit/scores/test_{name}.py" for name in ("easix", "s_easix", "m_easix")),
        *_PROPERTIES,
        "-k",
        "easix",
    ),
    "monitord/scores/car_hematotox.py": _score("car_hematotox"),
    "monitord/scores/crs_astct.py": _score(
        "crs_astct",
        "tests/unit/scores/test_crs_astct_missing.py",
        "tests/unit/scores/test_astct_vectors.py",
        "tests/unit/scores/test_crs_astct_exhaustive.py",
    ),
    "monitord/scores/icans_astct.py": _score(
        "icans_astct",
        "tests/unit/scores/test_icans_sentence.py",
        "tests/unit/scores/test_astct_vectors.py",
        "tests/unit/scores/test_icans_astct_exhaustive.py",
    ),
    "monitord/scores/crs_sentence.py": ("tests/unit/scores/test_crs_astct.py",),
    "monitord/scores/grading.py": (
        "tests/unit/scores/test_grading.py",
        "tests/unit/scores/test_crs_astct.py",
        "tests/unit/scores/test_icans_astct.py",
    ),
    "monitord/scores/bands.py": _ALL,
    "monitord/scores/columns.py": _ALL,
    "monitord/scores/ratio.py": _ALL,
    "monitord/scores/scale.py": _ALL,
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
