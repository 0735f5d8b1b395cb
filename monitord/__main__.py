"""`python -m monitord` is `monitord`."""

from monitord.cli import main

main(prog_name="monitord")
