"""No rule pack without its examples, and no examples without their pack."""

import pytest

from tests.tidy.source import ROOT

RULES = ROOT / "rules"


def test_every_rule_pack_has_cases() -> None:
    """Each rules/<pack>.toml stands beside a rules/cases/<pack>.toml, and the other way round."""
    packs = {path.name for path in RULES.glob("*.toml")}
    cases = {path.name for path in RULES.glob("cases/*.toml")}
    if not packs and not cases:
        pytest.skip("there are no rule packs yet")
    assert sorted(packs) == sorted(cases)
