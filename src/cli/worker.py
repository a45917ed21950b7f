"""`casework worker`: runs tasks."""

import rich_click as click

from casework.errors import SetupError
from casework.workflow import QUEUES


@click.command()
@click.option("--queues", default=",".join(QUEUES), show_default=True, help="Queues to serve, separated by commas.")
def command(queues: str) -> None:
    """Run tasks from one or more queues in one process, each queue with its own slots."""
    import uvloop

    from casework import log, settings
    from workers.serve import serve

    named = [queue.strip() for queue in queues.split(",") if queue.strip()]
    unknown = [queue for queue in named if queue not in QUEUES]
    if unknown or not named:
        raise SetupError(f"--queues takes some of {', '.join(QUEUES)}, separated by commas, not {queues!r}")
    configured = settings.load()
    log.configure(configured.log_format, configured.log_level)
    uvloop.run(serve(configured, named))
