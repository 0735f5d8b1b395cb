"""Calls people: chains of escalation, the outbox, channels, drills, and who answered."""
