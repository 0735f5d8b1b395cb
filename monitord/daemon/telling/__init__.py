"""Where decisions go: the broker, the log, the file, the live feed, the key figures."""
