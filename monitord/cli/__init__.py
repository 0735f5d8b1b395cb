"""One file a command, each thin: read the arguments, call the floor below, print."""

from monitord.cli.group import main

__all__ = ["main"]
