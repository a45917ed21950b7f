"""`casework webhook-secret`: what receivers of webhooks verify them with."""

import rich_click as click

from casework import accounts, settings


@click.command()
def command() -> None:
    """Print the secret that webhooks are signed with: CASEWORK_WEBHOOK_SECRET, or one that follows from SECRET_KEY."""
    click.echo(accounts.webhook_secret(settings.load()))
