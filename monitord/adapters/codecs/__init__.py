"""Bytes to events and decisions to bytes; pure, no door is opened here."""
