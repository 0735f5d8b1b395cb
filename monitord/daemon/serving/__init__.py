"""Answers over HTTP: the API, and commands that come by it."""
