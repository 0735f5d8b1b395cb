"""The heart: the ward, the one step that advances it, and replay."""
