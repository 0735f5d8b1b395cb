"""The shell: rooms for what the daemon does, and the supervisor that runs its named tasks."""
