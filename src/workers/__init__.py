"""Those who do the work: `arq workers.High`, `arq workers.Medium`, `arq workers.Low`, or `casework worker`.

The three settings are made when they are asked for, so that importing this package reads no environment.
"""

from typing import Any

_QUEUES = {"High": "high", "Medium": "medium", "Low": "low"}


def __getattr__(name: str) -> dict[str, Any]:
    if name not in _QUEUES:
        raise AttributeError(f"module 'workers' has no attribute {name!r}")
    from workers.arq_settings import build

    settings = build(_QUEUES[name])
    globals()[name] = settings
    return settings
