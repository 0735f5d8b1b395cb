"""Reads what the unit has set: settings, chains of escalation, rule packs, language."""
