"""`monitord completion`: the script that teaches a shell the commands and options."""

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

_SHELLS: dict[str, type[ShellComplete]] = {
    "bash": BashComplete,
    "zsh": ZshComplete,
    "fish": FishComplete,
}


@click.command()
@click.argument("shell", type=click.Choice(sorted(_SHELLS)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of SHELL.

    For bash: monitord completion bash > ~/.local/share/bash-completion/completions/monitord
    """
    script = _SHELLS[shell](ctx.find_root().command, {}, "monitord", "_MONITORD_COMPLETE")
    click.echo(script.source())
