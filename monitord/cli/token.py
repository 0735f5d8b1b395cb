"""`monitord token`: makes a token for the HTTP API, and the table that stands for it."""

import click

from monitord.adapters.web.tokens import Role, line_of, make_token
from monitord.cli.ending import WRONG_USAGE, stop_with


@click.command()
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.READ.value,
    show_default=True,
    help="What it may do; each may do what the one before may.",
)
def token(name: str, role: str) -> None:
    """Make a token for NAME: a person, a screen or a program.

    The table for the file that http.tokens_file names goes to standard output, with the token's
    hash alone; the token itself goes to standard error, once, and is kept nowhere.
    """
    made = make_token()
    try:
        table = line_of(name, Role(role), made)
    except ValueError as problem:
        stop_with([problem], WRONG_USAGE)
    click.echo(table, nl=False)
    click.echo(f"The token of {name}, shown this once:\n{made}", err=True)
