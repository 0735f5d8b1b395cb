"""Watches the daemon itself: its numbers, its health and its connection."""
