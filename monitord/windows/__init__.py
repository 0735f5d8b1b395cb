"""The memory: who is here, what was measured, what was given."""
