"""The service about itself: alive, ready, its metrics, its workflows and rule packages."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post

from api.auth import state_of, user_of
from api.body import read_body
from api.problems import AnyRequest
from casework.errors import CaseworkError, PackageNotFound
from casework.workflow import convert, find, workflows
from progress import grades, operating

ANALYSIS = "litigation-analysis"
CHECK_SECONDS = 2.0


class HealthController(Controller):
    """`/health`."""

    path = "/health"

    @get("/live", open=True)
    async def live(self) -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @get("/ready", open=True)
    async def ready(self, request: AnyRequest) -> Response[Any]:
        """200 when requests are served; without Redis they are, so only the database and draining count."""
        state = state_of(request)
        checks: dict[str, str] = {}

        async def database() -> None:
            async with state.database.read() as connection:
                alive = await operating.alive_workers(connection, state.settings.lease_seconds)
            checks["workers"] = f"{alive} alive"

        checks["database"] = await _told(database())
        if state.settings.task_system == "arq":
            checks["redis"] = await _told(state.dispatch.ping())
        ready = checks["database"] == "ok" and not state.draining.is_set()
        status = "draining" if state.draining.is_set() else "ok" if ready else "unavailable"
        return Response({"status": status, "checks": checks}, status_code=200 if ready else 503)


async def _told(check: Coroutine[Any, Any, None]) -> str:
    """What a probe is told of a dependency: soon, also of one that is frozen."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check
    except CaseworkError as error:
        return error.detail
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:g} s"
    return "ok"


@get("/metrics", open=True, gives="text/plain")
async def metrics(request: AnyRequest) -> Response[bytes]:
    """For Prometheus."""
    state = state_of(request)
    with suppress(CaseworkError):  # in an outage of the database the rest is wanted all the more
        async with state.database.read() as connection:
            for made in grades.MADE:
                told = await grades.summary(connection, made)
                state.metrics.graded(made, told["median_error"], told["inside"])
    return Response(state.metrics.text(), media_type="text/plain; version=0.0.4")


class PackageText(msgspec.Struct, forbid_unknown_fields=True):
    """A rule package as TOML."""

    toml: Annotated[str, msgspec.Meta(max_length=100_000)]


class CatalogueController(Controller):
    """What can be submitted."""

    path = "/api/v1"

    @get("/workflows")
    async def workflows(self, request: AnyRequest) -> list[dict[str, Any]]:
        """Each with its steps (where they do not depend on the input) and the JSON Schema of its input."""
        await user_of(request)
        return [
            {
                "name": workflow.name,
                "title": msgspec.structs.asdict(workflow.title),
                "steps": [{"name": s.name, "title": msgspec.structs.asdict(s.title)} for s in workflow.declared],
                "input_schema": msgspec.json.schema(workflow.input),
            }
            for workflow in workflows().values()
        ]

    @get("/packages")
    async def packages(self, request: AnyRequest) -> Response[bytes]:
        """The rule packages of the litigation analysis."""
        await user_of(request)
        packages = find(ANALYSIS).packages()
        return Response(msgspec.json.encode(list(packages.values())), media_type="application/json")

    @post("/packages:validate", status_code=200, body=PackageText)
    async def validate(self, request: AnyRequest) -> Response[bytes]:
        """Whether a text is a valid rule package: the package it is, or each fault with its line and field."""
        await user_of(request)
        text = convert(await read_body(request), PackageText).toml
        check = find(ANALYSIS).check_package
        if check is None:
            raise PackageNotFound
        package = await asyncio.to_thread(check, text, "/toml")
        return Response(msgspec.json.encode(package), media_type="application/json")

    @get("/packages/{package_id:str}")
    async def package(self, request: AnyRequest) -> Response[bytes]:
        """One of them."""
        await user_of(request)
        wanted = request.path_params["package_id"]
        packages = find(ANALYSIS).packages()
        named = (package for package in packages.values() if wanted in getattr(package, "aliases", ()))
        package = packages.get(wanted) or next(named, None)
        if package is None:
            raise PackageNotFound
        return Response(msgspec.json.encode(package), media_type="application/json")
