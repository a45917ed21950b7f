"""Logs: one structlog JSON line an event, with the ids bound by whoever knows them.

`task_id`, `attempt`, `step`, `request_id` and `worker` come from context variables; secrets and document text never do.
"""

import logging
import sys
from typing import Literal

import msgspec
import structlog


def configure(form: Literal["json", "console"] = "json", level: str = "INFO") -> None:
    """Send our logs, and those of the libraries, to standard error in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    console = structlog.dev.ConsoleRenderer()
    # Ours go straight to the stream: the detour through the standard library's costs as much as a small request.
    structlog.configure(
        processors=[*shared, _to_json if form == "json" else console],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=_Logger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _to_json if form == "json" else console,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("arq", "uvicorn", "uvicorn.error", "httpx", "alembic", "pypdf"):
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
    for name in ("httpx", "httpcore", "arq.worker", "alembic", "uvicorn.access"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    logging.getLogger("pypdf").setLevel(logging.ERROR)


class _Logger(structlog.WriteLogger):
    """Writes lines to standard error, and knows its name."""

    def __init__(self, name: str = "casework") -> None:
        super().__init__(sys.stderr)
        self.name = name


def _to_json(_logger: object, _method: str, event: structlog.typing.EventDict) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


def get(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger
