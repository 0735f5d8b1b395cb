"""The command `monitord` itself: names its commands and imports one only when it is called.

So `monitord --help` is quick, and a command whose libraries are missing harms no other.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from monitord import __version__
from monitord.cli.ending import forget_output, in_words, stop_with
from monitord.domain.refusals import nearest

# Each command lives in `monitord.cli.<name>` as a click command of the same name.
COMMANDS: Final[Mapping[str, str]] = {
    "run": "Watch the ward: the daemon.",
    "check": "Tell every problem in settings and rule packs.",
    "replay": "Make the decisions of recorded events or of a journal again.",
    "cases": "Run the rule packs' own examples.",
    "kpi": "Tell the key figures of alerting from recorded decisions.",
    "audit": "Check and show who was told what, and who answered.",
    "token": "Make a token for the HTTP API.",
    "drill": "Call everybody of a ward for nothing, and report what arrived.",
    "simulate": "Make a seeded ward, into a file or to a broker.",
    "demo": "Show a simulated ward with its alerts as they fire.",
    "completion": "Print the completion script of a shell.",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and one line until one of them is called."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 as click has it
        """Run as click does; where nothing can be written any more, say so in one line."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            forget_output()
            stop_with([in_words(error, "to be able to read and write; make room")])

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command of that name, or return None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"monitord.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant, or answer with the nearest one."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            guess = nearest(name, COMMANDS)
            hint = f"; did you mean {guess!r}?" if guess else ""
            ctx.fail(f"found {name!r}, expected one of {', '.join(COMMANDS)}{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the table of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names and options without importing any command."""
        names = [name for name in COMMANDS if name.startswith(incomplete)]
        items = [CompletionItem(name, help=COMMANDS[name]) for name in names]
        return items + click.Command.shell_complete(self, ctx, incomplete)


@click.group(
    cls=LazyGroup,
    epilog="Exit codes: 0 fine, 1 found problems, 2 wrong usage.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="monitord")
def main() -> None:
    """Watch CAR-T patients for cytokine release syndrome and neurotoxicity."""
