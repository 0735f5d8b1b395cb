"""The life of an alert, from a condition to a person who answers."""
