"""The command line ``mingjing``: one sub-application per subject, each in its own module."""

import sys
from typing import Final

import typer

from mingjing.interfaces.cli import demo, facts, law, rules
from mingjing.interfaces.cli.oversee import oversee
from mingjing.kernel.errors import DomainError

REFUSED: Final = 2

app = typer.Typer(
    help="明镜：行政执法与监督一体化平台。", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)
app.add_typer(demo.app, name="demo")
app.add_typer(facts.app, name="facts")
app.add_typer(law.app, name="law")
app.add_typer(rules.app, name="rules")
app.command()(oversee)


def main() -> None:
    """Run the command line; what the domain refuses is told in Chinese, without a traceback, and exits with 2."""
    try:
        app()
    except DomainError as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)
