"""The shell: configuration, logging and the supervisor that runs the named tasks."""
