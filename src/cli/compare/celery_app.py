"""The other side of `casework compare`: a usual Celery application and its web front; run by a Python that has Celery.

`python -m celery -A celery_app worker …`, and `python celery_app.py PORT`.
"""

import asyncio
import json
import os
import sys
import time

import tornado.web
from celery import Celery
from celery.result import AsyncResult

URL = os.environ["COMPARE_REDIS"]
app = Celery("compare", broker=URL, backend=URL)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_track_started=True,
    task_send_sent_event=True,
    result_extended=True,
    result_expires=24 * 3600,
    task_default_queue="medium",
    task_default_priority=5,
    broker_transport_options={"queue_order_strategy": "priority", "priority_steps": [0, 5]},
    broker_connection_retry_on_startup=True,
)


class Failure(Exception):
    """The failure that the input asked for."""


@app.task(bind=True, name="demo", autoretry_for=(Exception,), retry_backoff=True, retry_jitter=True, max_retries=3)
def demo(self, job):
    """Steps that take their time and report, as Casework's `demo`."""
    self.max_retries = job["max_attempts"] - 1
    for step in range(1, job["steps"] + 1):
        for tick in range(1, job["ticks"] + 1):
            time.sleep(job["step_seconds"] / job["ticks"])
            done = (step - 1 + tick / job["ticks"]) / job["steps"]
            meta = {"step": f"step_{step}", "done": tick, "progress": round(100 * done, 2), "at": time.time()}
            self.update_state(state="PROGRESS", meta=meta)
        if step == job["fail_at"] and self.request.retries < job["fail_times"]:
            raise Failure(f"step {step} was asked to fail")
    return {"steps_run": job["steps"], "retries": self.request.retries}


class Tasks(tornado.web.RequestHandler):
    """POST: submit."""

    def post(self):
        body = json.loads(self.request.body)
        result = demo.apply_async((body["job"],), queue=body["queue"], priority=body["priority"])
        self.set_status(202)
        self.write({"task_id": result.id})


class Task(tornado.web.RequestHandler):
    """GET: what the result backend holds. POST: revoke."""

    def get(self, task_id):
        result = AsyncResult(task_id, app=app)
        info = result.info
        error = f"{type(info).__name__}: {info}" if isinstance(info, Exception) else ""
        self.write({"state": result.state, "info": info if isinstance(info, dict) else {}, "error": error})

    def post(self, task_id):
        app.control.revoke(task_id, terminate=True)
        self.set_status(202)
        self.write({})


async def serve(port):
    """The web front."""
    tornado.web.Application([("/tasks", Tasks), ("/tasks/([^/]+)", Task)]).listen(port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
