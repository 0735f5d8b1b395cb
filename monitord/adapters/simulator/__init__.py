"""A ward that does not exist, for demonstrations, drills and tests; every event says so."""
