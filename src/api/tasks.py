"""Tasks: listed, read, waited for, steered."""

from typing import Any

import msgspec
from litestar import Controller, MediaType, Response, get, patch, post

from api import views
from api.auth import acting, admin_of, owner_filter, state_of, user_of
from api.body import cursor, held, number, read_body
from api.documents import PAGE_QUERY, attachment
from api.problems import AnyRequest
from api.submit import Submission, submit_one
from casework.accounts import User
from casework.clock import now
from casework.dispatch import Job
from casework.errors import TaskNotFinished
from casework.task import Status, Task
from casework.workflow import Queue, convert
from progress import command, listing, outbox, reading
from progress.listing import FIELDS, Filter

WAIT_SECONDS = 30
TEXT = {"type": "string"}
NUMBER = {"type": "number"}


class Move(msgspec.Struct, forbid_unknown_fields=True):
    """`PATCH /tasks/{id}`."""

    queue: Queue


async def task_of(request: AnyRequest, user: User, *, whole: bool = False) -> Task:
    """The task of the path, where the user may see it; raises TaskNotFound."""
    async with state_of(request).database.read() as connection:
        return await reading.task(connection, request.path_params["task_id"], owner_filter(user), whole=whole)


class TaskController(Controller):
    """`/tasks`."""

    path = "/api/v1/tasks"

    @post(status_code=202, body=Submission, also="200")
    async def submit(self, request: AnyRequest) -> Response[Any]:
        """One task of any workflow."""
        return await submit_one(request)

    @get(query={**PAGE_QUERY, **dict.fromkeys(FIELDS, TEXT)})
    async def listed(self, request: AnyRequest) -> dict[str, Any]:
        """Newest first; an admin sees everybody's."""
        user, query = await user_of(request), request.query_params
        given = {name: query[name] for name in FIELDS if query.get(name)}
        wanted = Filter.of(given if user.role == "admin" else {**given, "owner": user.id})
        limit = int(number(request, "limit", 50, 1, 500))
        async with state_of(request).database.read() as connection:
            found, following = await listing.page(connection, wanted, cursor(request), limit)
            names = await listing.usernames(connection, {task.owner_id for task in found})
        items = [{**views.brief(task), "owner_name": names.get(task.owner_id)} for task in found]
        return {"items": items, "next_cursor": following}

    @get("/{task_id:str}")
    async def one(self, request: AnyRequest) -> Response[Any]:
        """Everything of one task."""
        user, state = await user_of(request), state_of(request)
        task = await task_of(request, user, whole=True)
        async with state.database.read() as connection:
            body = await views.whole(state, connection, task, for_admin=user.role == "admin")
        return Response(msgspec.json.encode(body), media_type=MediaType.JSON)

    @get("/{task_id:str}/status", query={"after": NUMBER, "wait": NUMBER}, also="304")
    async def status(self, request: AnyRequest) -> Response[Any]:
        """Where it stands; `?after=&wait=` holds the answer until there is more than that."""
        user, state = await user_of(request), state_of(request)
        task = await task_of(request, user)
        seconds = number(request, "wait", 0, 0, WAIT_SECONDS)
        after = int(number(request, "after", -1, -1, 2**31))
        if seconds and after >= task.last_seq and not task.status.final:
            follower = await state.hub.follow(task.id, after)
            try:
                await state.streams.hold(follower, seconds)
            finally:
                follower.close()
            task = await task_of(request, user)
        async with state.database.read() as connection:
            body = await views.status(state, connection, task)
        tag = f'"{task.last_seq}-{task.status.value}-{body["queue_position"]}-{body["eta_seconds"]}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if held(request, tag):
            return Response(None, status_code=304, headers=headers)
        return Response(body, headers=headers)

    @get("/{task_id:str}/result")
    async def result(self, request: AnyRequest) -> Response[Any]:
        """What came of it; 409 says why there is nothing."""
        user, state = await user_of(request), state_of(request)
        task = await task_of(request, user, whole=True)
        if task.status is not Status.SUCCEEDED:
            reason = "is not finished" if not task.status.final else f"has {task.status.value} and has no result"
            raise TaskNotFinished(
                f"the task {reason} (status {task.status.value})".replace("has cancelled", "was cancelled")
            )
        async with state.database.read() as connection:
            files = await reading.artifacts_of(connection, task.id)
        listed = [
            {
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
                "url": f"/api/v1/tasks/{task.id}/artifacts/{file.name}",
            }
            for file in files
        ]
        body = {"task_id": task.id, "result": msgspec.Raw((task.result or "null").encode()), "artifacts": listed}
        return Response(msgspec.json.encode(body), media_type=MediaType.JSON)

    @get("/{task_id:str}/artifacts/{name:str}", gives="*/*")
    async def artifact(self, request: AnyRequest) -> Response[bytes]:
        """One file that it has left."""
        user, state = await user_of(request), state_of(request)
        task = await task_of(request, user)
        async with state.database.read() as connection:
            file = await reading.artifact(connection, task.id, request.path_params["name"])
        return attachment(file.name, await state.documents.read_artifact(task.id, file.name), file.media_type)

    @get("/{task_id:str}/deliveries")
    async def deliveries(self, request: AnyRequest) -> Response[Any]:
        """Who was told of its end, when, and what they answered."""
        user, state = await user_of(request), state_of(request)
        task = await task_of(request, user)
        async with state.database.read() as connection:
            found = [views.delivery(row) for row in await outbox.of_task(connection, task.id)]
        return Response(msgspec.json.encode({"deliveries": found}), media_type=MediaType.JSON)

    @post("/{task_id:str}/cancel", status_code=202)
    async def cancel(self, request: AnyRequest) -> dict[str, Any]:
        """Stop it: at once while it waits, within two seconds while it runs."""
        user, state = await user_of(request), state_of(request)
        task = await task_of(request, user)
        change = command.cancel(task.id, user.username, now())
        change.audit = acting(request, user, "task.cancel", task_id=task.id)
        task = (await state.writer.write(change)).task
        if task.status is Status.CANCELLED:
            await state.withdraw([Job.of(task)])
        return {"task_id": task.id, "status": task.status.value}

    @post("/{task_id:str}/retry", status_code=202)
    async def retry(self, request: AnyRequest) -> dict[str, Any]:
        """Run a failed or cancelled task again, its finished steps kept."""
        user, state = await user_of(request), state_of(request)
        task = await task_of(request, user)
        change = command.retry(task.id, now())
        change.audit = acting(request, user, "task.retry", task_id=task.id)
        task = (await state.writer.write(change)).task
        state.send([Job.of(task)])
        return {"task_id": task.id, "status": task.status.value}

    @patch("/{task_id:str}", body=Move)
    async def move(self, request: AnyRequest) -> dict[str, Any]:
        """Put a waiting task into another queue."""
        user, state = await admin_of(request), state_of(request)
        wanted = convert(await read_body(request), Move)
        task = await task_of(request, user)
        change = command.move(task.id, wanted.queue, now())
        change.audit = acting(request, user, "task.move", task_id=task.id, queue=wanted.queue)
        task = (await state.writer.write(change)).task
        if task.available_at <= now():
            state.send([Job.of(task)], moved=True)
        return {"task_id": task.id, "status": task.status.value, "queue": task.queue}
