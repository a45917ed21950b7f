"""Who is calling: bearer token or session cookie, CSRF for writes by cookie, signing in and out, new users."""

import asyncio
import hmac
import secrets
import time
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie

from api.body import read_body
from api.problems import AnyRequest
from api.state import State
from casework import accounts
from casework.accounts import Role, Session, User
from casework.audit import Action, Entry
from casework.errors import Forbidden, NotAuthenticated, TooManyTries
from casework.workflow import convert

COOKIE = "casework_session"
CSRF_COOKIE = "casework_csrf"
CSRF_HEADER = "X-CSRF-Token"
TRIES = 10
TRIES_SECONDS = 60.0


def state_of(request: Request[Any, Any, Any]) -> State:
    """The process's state."""
    state: State = request.app.state.casework
    return state


async def session_of(request: AnyRequest) -> Session:
    """The caller's session; raises NotAuthenticated, or Forbidden for a write by cookie without its CSRF header."""
    state = state_of(request)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await state.sessions.read(token.strip())
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        raise NotAuthenticated
    session = await state.sessions.read(cookie)
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        expected, given = request.cookies.get(CSRF_COOKIE, ""), request.headers.get(CSRF_HEADER, "")
        if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
            raise Forbidden(
                f"a write by cookie needs the header {CSRF_HEADER} with the value of the cookie {CSRF_COOKIE}"
            )
    return session


async def user_of(request: AnyRequest) -> User:
    """The caller."""
    return (await session_of(request)).user


async def admin_of(request: AnyRequest) -> User:
    """The caller, who must be an admin; raises Forbidden."""
    user = await user_of(request)
    if user.role != "admin":
        raise Forbidden("only an admin may do this")
    return user


def acting(request: AnyRequest, user: User, action: Action, **more: Any) -> Entry:
    """The audit's entry for what this user does by this request; `more` are its further fields."""
    request_id = request.scope["state"].get("request_id")
    return Entry(actor=user.username, actor_id=user.id, action=action, request_id=request_id, **more)


def owner_filter(user: User) -> str | None:
    """Whose tasks this user may see: None for everybody's."""
    return None if user.role == "admin" else user.id


class Tries:
    """How often each name has been tried from each address lately; old ones are forgotten."""

    def __init__(self) -> None:
        self._tries: dict[tuple[str, str], list[float]] = {}

    def count(self, username: str, address: str) -> None:
        """Count a try; raises TooManyTries."""
        moment = time.monotonic()
        if len(self._tries) > 10_000:
            self._tries = {k: v for k, v in self._tries.items() if moment - v[-1] < TRIES_SECONDS}
        recent = [each for each in self._tries.get((username, address), []) if moment - each < TRIES_SECONDS]
        if len(recent) >= TRIES:
            raise TooManyTries(retry_after=TRIES_SECONDS - (moment - recent[0]))
        self._tries[username, address] = [*recent, moment]

    def forget(self, username: str, address: str) -> None:
        """The password was right."""
        self._tries.pop((username, address), None)


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """What signing in takes."""

    username: str
    password: str


class NewUser(msgspec.Struct, forbid_unknown_fields=True):
    """What a new user takes."""

    username: str
    password: str
    role: Role = "user"


class AuthController(Controller):
    """Signing in and out."""

    path = "/api/v1"

    def __init__(self, owner: Any) -> None:
        super().__init__(owner)
        self._tries = Tries()

    @post("/auth/login", status_code=200, body=Credentials, open=True)
    async def login(self, request: AnyRequest) -> Response[Any]:
        """A token, and the cookies for a browser."""
        state = state_of(request)
        form = request.headers.get("content-type", "").startswith(("application/x-www-form", "multipart/form-data"))
        raw = dict(await request.form()) if form else await read_body(request)
        given = convert(raw, Credentials)
        address = request.client.host if request.client else ""
        self._tries.count(given.username, address)
        user = await accounts.verify(state.database, given.username, given.password)
        self._tries.forget(given.username, address)
        seconds = state.settings.token_seconds
        token = await asyncio.to_thread(accounts.issue_token, state.key, user, seconds)
        body = {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": seconds,
            "user": msgspec.structs.asdict(user),
        }
        secure = state.settings.cookie_secure
        cookies = [
            Cookie(COOKIE, value=token, max_age=seconds, httponly=True, samesite="strict", secure=secure),
            Cookie(CSRF_COOKIE, value=secrets.token_urlsafe(24), max_age=seconds, samesite="strict", secure=secure),
        ]
        return Response(body, cookies=cookies)

    @post("/auth/logout", status_code=204)
    async def logout(self, request: AnyRequest) -> Response[None]:
        """The token is worth nothing from now on."""
        await state_of(request).sessions.sign_out(await session_of(request))
        response: Response[None] = Response(None, status_code=204)
        response.delete_cookie(COOKIE)
        response.delete_cookie(CSRF_COOKIE)
        return response

    @get("/auth/me")
    async def me(self, request: AnyRequest) -> dict[str, Any]:
        """Who is calling."""
        return msgspec.structs.asdict(await user_of(request))

    @post("/users", body=NewUser)
    async def add(self, request: AnyRequest) -> dict[str, Any]:
        """A new user."""
        admin = await admin_of(request)
        new = convert(await read_body(request), NewUser)
        by = acting(request, admin, "user.create")
        added = await accounts.add_user(state_of(request).database, new.username, new.password, new.role, by)
        return msgspec.structs.asdict(added)
