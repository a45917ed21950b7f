"""Signing in, out, and who may do what."""

import httpx
import pytest

from casework import accounts
from casework.accounts import Session
from casework.clock import now
from casework.database import Database
from casework.errors import BadCredentials
from casework.settings import Settings
from tests.api.conftest import PASSWORD, People


async def test_a_sign_in_gives_a_token_and_both_cookies(url: str, database: Database) -> None:
    await accounts.add_user(database, "li", PASSWORD, "user")
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False) as http:
        for body in (
            {"json": {"username": "li", "password": PASSWORD}},
            {"data": {"username": "li", "password": PASSWORD}},
        ):
            answer = await http.post("/auth/login", **body)  # type: ignore[arg-type]
            assert answer.status_code == 200, answer.text
            assert set(answer.json()) == {"access_token", "token_type", "expires_in", "user"}
            assert answer.json()["user"]["role"] == "user"
        cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("casework_session"))
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()


async def test_wrong_and_unknown_get_the_same_answer_and_too_many_tries_429(url: str, database: Database) -> None:
    await accounts.add_user(database, "li", PASSWORD, "user")
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False) as http:
        wrong = await http.post("/auth/login", json={"username": "li", "password": "wrong"})
        unknown = await http.post("/auth/login", json={"username": "nobody", "password": "wrong"})
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json() == unknown.json()
        answers = [await http.post("/auth/login", json={"username": "li", "password": "wrong"}) for _ in range(10)]
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) > 0


async def test_a_write_by_cookie_needs_the_csrf_header(url: str, database: Database) -> None:
    await accounts.add_user(database, "li", PASSWORD, "user")
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False) as http:
        await http.post("/auth/login", json={"username": "li", "password": PASSWORD})
        assert (await http.get("/auth/me")).json()["username"] == "li"
        task = {"workflow": "demo", "input": {}}
        assert (await http.post("/tasks", json=task)).status_code == 403
        headers = {"X-CSRF-Token": http.cookies["casework_csrf"]}
        assert (await http.post("/tasks", json=task, headers=headers)).status_code == 202


async def test_a_token_that_was_signed_out_is_worth_nothing(person: People) -> None:
    li = await person()
    assert (await li.post("/auth/logout")).status_code == 204
    assert (await li.get("/auth/me")).status_code == 401


async def test_a_forged_an_expired_and_a_garbled_token_are_refused(
    url: str, database: Database, settings: Settings
) -> None:
    user = await accounts.add_user(database, "li", PASSWORD, "user")
    key = accounts.secret_key(settings)
    tokens = [accounts.issue_token("x" * 64, user, 60), accounts.issue_token(key, user, -10), "garbage"]
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False) as http:
        for token in tokens:
            answer = await http.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 401
        good = accounts.issue_token(key, user, 60)
        assert (await http.get("/auth/me", headers={"Authorization": f"Bearer {good}"})).status_code == 200


async def test_only_an_admin_adds_users_and_each_field_is_checked(person: People) -> None:
    li, admin = await person(), await person("chief", role="admin")
    new = {"username": "zhao", "password": "a long password", "role": "vip"}
    assert (await li.post("/users", json=new)).status_code == 403
    assert (await admin.post("/users", json=new)).status_code == 201
    assert (await admin.post("/users", json=new)).status_code == 409
    for change, pointer in (
        ({"username": " "}, "/username"),
        ({"password": "short"}, "/password"),
        ({"role": "king"}, "/role"),
    ):
        answer = await admin.post("/users", json={**new, "username": "other", **change})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_revoking_twice_is_no_error(database: Database) -> None:
    user = await accounts.add_user(database, "li", PASSWORD, "user")
    session = Session(user, "a-token", now() // 1000 + 60)
    await accounts.revoke(database, session)
    await accounts.revoke(database, session)


async def test_the_secret_key_is_made_once_and_readable_by_its_owner_alone(settings: Settings) -> None:
    first = accounts.secret_key(settings)
    assert accounts.secret_key(settings) == first
    assert (settings.data_dir / "secret.key").stat().st_mode & 0o777 == 0o600


async def test_the_password_that_an_operator_gives_is_the_admins_at_every_start(database: Database) -> None:
    made = await accounts.ensure_admin(database, None)
    assert made is not None
    assert await accounts.ensure_admin(database, None) is None
    assert (await accounts.verify(database, "admin", made)).role == "admin"
    for _ in range(2):
        assert await accounts.ensure_admin(database, "given by hand") is None
        assert (await accounts.verify(database, "admin", "given by hand")).role == "admin"
    with pytest.raises(BadCredentials):
        await accounts.verify(database, "admin", made)
