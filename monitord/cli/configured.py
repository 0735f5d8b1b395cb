"""What every command that needs settings shares: where they are, and how they are read."""

import os
from pathlib import Path
from typing import Final

import click

from monitord.cli.ending import stop_with
from monitord.daemon.configuration.config import ConfigProblems, Settings, load_settings

USUAL_PLACE: Final = Path("config/monitord.toml")

config_option = click.option(
    "--config",
    "config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"The settings; {USUAL_PLACE} when it is there, else the defaults.",
)


def read_settings(config: Path | None) -> Settings:
    """Return the settings of `--config`, its usual place, or the defaults, and the environment.

    Raises `ConfigProblems`.
    """
    if config is None and USUAL_PLACE.is_file():
        config = USUAL_PLACE
    return load_settings(config, os.environ)


def settings_or_stop(config: Path | None) -> Settings:
    """Return the settings, or print every problem and end with exit code 1."""
    try:
        return read_settings(config)
    except ConfigProblems as error:
        stop_with(error.problems)
