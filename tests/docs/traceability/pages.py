"""The generated pages of `docs/clinical`, written from the packs, their cases and the scales.

It stands among the tests because it tells which test proves what, and the package knows no tests.
"""

from typing import Final

from monitord.daemon.configuration.packs import load_rules, read_cases, read_packs
from monitord.rules.cases import load_cases
from monitord.rules.vocabulary import house_vocabulary
from monitord.scores import SCALE_NAMES
from tests.docs.pages import ROOT
from tests.docs.traceability.indices import indices_page
from tests.docs.traceability.rules import rules_page
from tests.docs.traceability.scales import scales_page

CLINICAL: Final = ROOT / "docs" / "clinical"
RULES: Final = ROOT / "rules"


def generated() -> dict[str, str]:
    """Return every generated page by its file name."""
    book = load_rules(RULES, None)
    cases = load_cases(read_cases(RULES), book, house_vocabulary(SCALE_NAMES))
    packs = read_packs(RULES)
    return {
        "indices.md": indices_page(packs, book, cases),
        "rules.md": rules_page(packs, book, cases),
        "scales.md": scales_page(book),
    }
