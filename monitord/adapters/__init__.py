"""Doors to the world, which do not know each other."""
