"""TASK_SYSTEM=background: another task system at the seam of `State.open_tasks`, for comparison and nothing else."""

from api.background.routes import CONTROLLERS
from api.background.tasks import Background

__all__ = ["CONTROLLERS", "Background"]
