"""`casework api`: the HTTP API alone."""

import socket

import rich_click as click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--fd", type=int, help="Serve on this inherited listening socket instead.")
def command(host: str, port: int, fd: int | None) -> None:
    """Serve the HTTP API alone; Redis, the database and workers run elsewhere."""
    import uvloop

    from api.listener import listen
    from api.server import serve
    from casework import log, settings

    configured = settings.load()
    log.configure(configured.log_format, configured.log_level)
    listener = listen(host, port) if fd is None else socket.socket(fileno=fd)
    uvloop.run(serve(configured, listener))
