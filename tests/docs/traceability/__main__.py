"""Writes the generated pages of `docs/clinical`: `python -m tests.docs.traceability`."""

from tests.docs.traceability.pages import CLINICAL, generated

for name, text in generated().items():
    (CLINICAL / name).write_text(text, "utf-8")
