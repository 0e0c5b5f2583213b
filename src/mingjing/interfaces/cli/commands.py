"""All commands together."""

import typer

from mingjing.interfaces.cli import accounts, cases, demo, facts, indicators, law, log, plan, platform, rules
from mingjing.interfaces.cli.oversee import oversee

app = typer.Typer(
    help="明镜：行政执法与监督一体化平台。", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)
app.add_typer(accounts.app, name="accounts")
app.add_typer(cases.app, name="cases")
app.add_typer(demo.app, name="demo")
app.add_typer(facts.app, name="facts")
app.add_typer(indicators.app, name="indicators")
app.add_typer(law.app, name="law")
app.add_typer(log.app, name="log")
app.add_typer(plan.app, name="plan")
app.add_typer(rules.app, name="rules")
app.command()(oversee)
platform.register(app)
