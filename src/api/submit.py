"""Submitting work: checked against the workflow's input type, durable before the answer is sent."""

import asyncio
from typing import Annotated, Any

import msgspec
import structlog
from litestar import Controller, Response, post

from api.auth import state_of, user_of
from api.body import read_body
from api.idempotency import Key
from api.problems import AnyRequest
from api.state import State
from api.views import accepted
from casework import clock, documents, failpoint, ids, notify
from casework.accounts import User
from casework.dispatch import Job
from casework.errors import FieldError, Forbidden, InputError, InvalidInput, UnknownDocument, WorkflowNotFound
from casework.task import Status, Task
from casework.workflow import QUEUES, Queue, convert, find
from progress.batch import Committed, NewTask, Opening

BATCH = 1_000


class Notify(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to tell of which ends: webhooks (https) and Apprise URLs."""

    on: list[str] = msgspec.field(default_factory=lambda: ["failed"])
    urls: Annotated[list[Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]], msgspec.Meta(max_length=10)] = []


class Submission(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`POST /tasks`."""

    workflow: str
    input: dict[str, Any] = {}
    queue: Queue | None = None
    max_attempts: Annotated[int, msgspec.Meta(ge=1, le=10)] = 4
    run_at: str | None = None
    notify: Notify | None = None


class SubmissionBatch(msgspec.Struct, forbid_unknown_fields=True):
    """`POST /tasks/batch`."""

    tasks: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=BATCH)]


class SubmitController(Controller):
    """The ways in beside `POST /tasks`, which stands with the other handlers of its path."""

    path = "/api/v1"

    @post("/litigation-analysis/start", status_code=202, also="200")
    async def start_analysis(self, request: AnyRequest) -> Response[Any]:
        """One litigation analysis; its input stands beside the options."""
        raw = await read_body(request)
        return await _submit(request, analysis(raw), raw, "")

    @post("/tasks/batch", status_code=202, body=SubmissionBatch, also="200")
    async def submit_batch(self, request: AnyRequest) -> Response[Any]:
        """Up to a thousand tasks in one transaction, all or none."""
        user, state = await user_of(request), state_of(request)
        raw_batch = await read_body(request)
        batch = convert(raw_batch, SubmissionBatch)
        key = Key.of(request, raw_batch)
        if key is not None and (earlier := await key.opened(state, user, len(batch.tasks))):
            return Response(_opened(earlier), status_code=200)
        prepared = []
        for index, raw in enumerate(batch.tasks):
            try:
                submission = convert(raw, Submission)
                await check_notify(state, submission.notify)
                prepared.append(prepare(state, user, submission, "/input", _request_id(request)))
            except InputError as error:
                raise error.below(f"/tasks/{index}") from None
            except WorkflowNotFound as error:
                raise InvalidInput.at(f"/tasks/{index}/workflow", error.detail) from None
            except Forbidden as error:
                raise InvalidInput.at(f"/tasks/{index}/queue", error.detail) from None
            if index % 50 == 49:
                await asyncio.sleep(0)  # a thousand inputs are more than the loop may wait for
        await check_documents(state, user, prepared, lambda index: f"/tasks/{index}/input")
        if key is not None:
            key.put([new.task for new in prepared])
        committed = await state.writer.open(Opening(prepared))
        repeated = committed[0].repeated
        if not repeated:
            state.send(Job.of(each.task) for each in committed if each.task.available_at <= clock.now())
        return Response(_opened([each.task for each in committed]), status_code=200 if repeated else 202)


def _opened(batch: list[Task]) -> dict[str, Any]:
    return {"tasks": [{"task_id": task.id, "status": task.status.value, "queue": task.queue} for task in batch]}


def analysis(raw: Any) -> Submission:
    """The body of `/litigation-analysis/start`: the input at the top level, beside the options."""
    if not isinstance(raw, dict):
        raise InvalidInput.at("", "the body is a JSON object")
    options = {name: raw[name] for name in ("queue", "max_attempts", "notify", "run_at") if name in raw}
    given = {name: value for name, value in raw.items() if name not in options}
    return convert({"workflow": "litigation-analysis", "input": given, **options}, Submission)


async def submit_one(request: AnyRequest) -> Response[Any]:
    """`POST /tasks`: one task of any workflow."""
    raw = await read_body(request)
    return await _submit(request, convert(raw, Submission), raw, "/input")


async def _submit(request: AnyRequest, submission: Submission, raw: Any, prefix: str) -> Response[Any]:
    user, state = await user_of(request), state_of(request)
    key = Key.of(request, raw)
    if key is not None and (earlier := await key.opened(state, user)):
        return await _answer(state, Committed(earlier[0], [], repeated=True))
    await check_notify(state, submission.notify)
    new = prepare(state, user, submission, prefix, _request_id(request))
    if key is not None:
        key.put([new.task])
    await check_documents(state, user, [new], lambda _: prefix)
    committed: Committed = (await state.writer.open(Opening([new])))[0]
    failpoint.reach("submit.committed")
    if not committed.repeated and committed.task.available_at <= clock.now():
        state.send([Job.of(committed.task)])
    committed.task = msgspec.structs.replace(committed.task, input=new.task.input)  # the time left asks for it
    return await _answer(state, committed)


async def _answer(state: State, committed: Committed) -> Response[Any]:
    task = committed.task
    structlog.contextvars.bind_contextvars(task_id=task.id)  # so that the request's own line names it
    body = await accepted(state, task, committed.position)
    headers = {"Location": f"/api/v1/tasks/{task.id}"}
    return Response(body, status_code=200 if committed.repeated else 202, headers=headers)


def _request_id(request: AnyRequest) -> str:
    return str(request.scope["state"].get("request_id", ""))


def prepare(state: State, user: User, submission: Submission, prefix: str, request_id: str) -> NewTask:
    """The row of a submission; raises WorkflowNotFound, InvalidInput with pointers, or Forbidden for the queue."""
    workflow = find(submission.workflow)
    try:
        parsed = workflow.parse(submission.input)
    except InputError as error:
        raise error.below(prefix) from None
    moment = clock.now()
    run_at = moment if submission.run_at is None else max(moment, clock.parse(submission.run_at, "/run_at"))
    vip = user.role == "vip"
    task = Task(
        id=ids.new(),
        owner_id=user.id,
        workflow=workflow.name,
        queue=_queue(user, submission.queue, workflow.queue),
        status=Status.QUEUED,
        input=msgspec.json.encode(parsed).decode(),
        available_at=run_at,
        created_at=moment,
        updated_at=moment,
        boost_ms=round(state.settings.vip_boost_seconds * 1000) if vip else 0,
        max_attempts=submission.max_attempts,
        request_id=request_id,
        notify=None if submission.notify is None else msgspec.json.encode(submission.notify).decode(),
    )
    return NewTask(task, list(getattr(parsed, "document_ids", [])))


async def check_notify(state: State, wish: Notify | None) -> None:
    """Raise InvalidInput for an end or a URL that nobody may be told of, or through."""
    if wish is None:
        return
    for index, end in enumerate(wish.on):
        if end not in notify.ENDS:
            raise InvalidInput.at(f"/notify/on/{index}", f"one of {', '.join(notify.ENDS)}")
    private = state.settings.notify_private
    faults = await asyncio.to_thread(lambda: [notify.fault(url, private=private) for url in wish.urls])
    for index, fault in enumerate(faults):
        if fault is not None:
            raise InvalidInput.at(f"/notify/urls/{index}", fault)


def _queue(user: User, asked: Queue | None, own: Queue) -> str:
    """What was asked for, where the role allows it; otherwise the workflow's own, one better for a vip."""
    if asked is not None:
        if asked == "high" and user.role == "user":
            raise Forbidden("queue high is for the roles vip and admin")
        return asked
    return QUEUES[max(0, QUEUES.index(own) - 1)] if user.role == "vip" else own


async def check_documents(state: State, user: User, new: list[NewTask], prefix: Any) -> None:
    """Raise UnknownDocument naming the element that is no document of the user's."""
    wanted = list({document for each in new for document in each.document_ids})
    if not wanted:
        return
    async with state.database.read() as connection:
        known = {document.id for document in await documents.find(connection, user.id, wanted)}
    for index, each in enumerate(new):
        errors = [
            FieldError(f"{prefix(index)}/document_ids/{place}", "no document of yours has this id")
            for place, document in enumerate(each.document_ids)
            if document not in known
        ]
        if errors:
            raise UnknownDocument(None, errors)
