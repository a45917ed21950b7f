"""What the terminal shows of a task: a fold of its events (pure)."""

from collections.abc import Mapping
from typing import Any

import msgspec


class StepLine(msgspec.Struct):
    """One step: its title, state, how far (0–100), and what it says."""

    title: str
    status: str = "pending"
    progress: float = 0.0
    message: str = ""


class TaskView(msgspec.Struct):
    """A task as far as its events are known."""

    steps: dict[str, StepLine]
    status: str = "queued"
    progress: float = 0.0
    message: str = ""

    @classmethod
    def of(cls, task: Mapping[str, Any], language: str = "en") -> "TaskView":
        """The task before its first event, from `GET /tasks/{id}`."""
        return cls({step["name"]: StepLine(step["title"][language]) for step in task["steps"]})

    def see(self, event: Mapping[str, Any]) -> None:  # noqa: C901 - one case a kind of event
        """Take in an event."""
        self.progress = event.get("progress", self.progress)
        step = self.steps.setdefault(event["step"], StepLine(event["step"])) if event.get("step") else None
        match event["type"]:
            case "task.queued":
                self.status = "queued"
            case "task.started":
                self.status = "running"
                for name, line in self.steps.items():
                    kept = name in event["restored"]
                    line.status, line.progress = ("succeeded", 100.0) if kept else ("pending", 0.0)
            case "step.started" if step is not None:
                step.status, step.progress = "running", 0.0
            case "step.progressed" if step is not None:
                step.progress, step.message = event["step_progress"], event["message"]
            case "step.succeeded" if step is not None:
                step.status, step.progress = "succeeded", 100.0
            case "step.failed" if step is not None:
                step.status, step.message = "failed", event["error"]["message"]
            case "task.log":
                self.message = event["message"]
            case "task.retrying":
                self.status = "retrying"
                self.message = f"{event['error']['message']}; again in {event['retry_in_seconds']:.1f} s"
            case "task.interrupted":
                self.status, self.message = "queued", f"interrupted: {event['reason'].replace('_', ' ')}"
            case "task.failed":
                self.status, self.message = "failed", event["error"]["message"]
            case "task.succeeded" | "task.cancelled":
                self.status = event["type"].removeprefix("task.")
            case _:
                pass
