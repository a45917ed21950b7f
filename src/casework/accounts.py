"""Users, passwords and tokens: argon2 for what is kept, JWT (HS256) for what is carried.

A token that was signed out is remembered until it would have expired.
"""

import asyncio
import base64
import hmac
import os
import secrets
from collections.abc import Collection
from typing import Literal, get_args

import jwt
import msgspec
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.exc import IntegrityError

from casework import ids
from casework.audit import Entry
from casework.clock import now
from casework.database import Database
from casework.errors import BadCredentials, InvalidInput, NotAuthenticated, UsernameTaken
from casework.settings import Settings
from casework.tables import audit, revoked_tokens, users

Role = Literal["user", "vip", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
ALGORITHM = "HS256"
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))  # what an unknown user's password is compared with: the same work


class User(msgspec.Struct, frozen=True):
    """Who somebody is."""

    id: str
    username: str
    role: Role


class Session(msgspec.Struct, frozen=True):
    """A valid token: whose it is, its id, and when it ends (seconds since the epoch)."""

    user: User
    jti: str
    expires_at: int


def secret_key(settings: Settings) -> str:
    """The key that signs tokens: the setting, or one made once in the data directory, readable by its owner alone."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.data_dir / "secret.key"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"secret.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
    try:
        os.link(draft, path)  # whoever comes first makes it; everybody reads the same whole file
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")


def webhook_secret(settings: Settings) -> str:
    """What webhooks are signed with: the setting, or one that follows from the secret key."""
    if settings.webhook_secret is not None:
        return settings.webhook_secret.get_secret_value()
    digest = hmac.digest(secret_key(settings).encode(), b"casework webhooks", "sha256")
    return "whsec_" + base64.b64encode(digest).decode()


async def add_user(database: Database, username: str, password: str, role: Role, by: Entry | None = None) -> User:
    """A new user, added as `by` tells; raises InvalidInput naming the field, or UsernameTaken."""
    _check(username, password, role)
    user = User(ids.new(), username, role)
    hashed = await asyncio.to_thread(_hasher.hash, password)
    row = {**msgspec.structs.asdict(user), "password_hash": hashed, "created_at": now()}
    try:
        async with database.write() as connection:
            await connection.execute(sa.insert(users).values(row))
            if by is not None:
                by.detail = {"user_id": user.id, "username": username, "role": role}
                await connection.execute(sa.insert(audit).values(by.row()))
    except IntegrityError:
        raise UsernameTaken from None
    return user


async def ensure_admin(database: Database, password: str | None) -> str | None:
    """Make the user `admin` where there is no admin yet; returns the password where it was made here.

    One that is given is `admin`'s from then on, whatever it was: there is no other way back for who has lost it.
    """
    async with database.read() as connection:
        there = await connection.scalar(sa.select(users.c.id).where(users.c.role == "admin").limit(1))
    if there is not None:
        if password is not None:
            await _give(database, "admin", password)
        return None
    made = password or secrets.token_urlsafe(12)
    await add_user(database, "admin", made, "admin")
    return None if password else made


async def _give(database: Database, username: str, password: str) -> None:
    try:
        await verify(database, username, password)
    except BadCredentials:
        hashed = await asyncio.to_thread(_hasher.hash, password)
        async with database.write() as connection:
            await connection.execute(sa.update(users).where(users.c.username == username).values(password_hash=hashed))


async def find_user(database: Database, username: str) -> User | None:
    """The user of that name."""
    async with database.read() as connection:
        row = (await connection.execute(sa.select(users).where(users.c.username == username))).one_or_none()
    return None if row is None else User(row.id, row.username, row.role)


async def verify(database: Database, username: str, password: str) -> User:
    """The user whose password this is; raises BadCredentials after the same work whether or not there is one."""
    async with database.read() as connection:
        row = (await connection.execute(sa.select(users).where(users.c.username == username))).one_or_none()
    hashed = row.password_hash if row is not None else _NOBODY
    try:
        await asyncio.to_thread(_hasher.verify, hashed, password[:1024])
    except (VerifyMismatchError, InvalidHashError):
        raise BadCredentials from None
    if row is None:
        raise BadCredentials
    return User(row.id, row.username, row.role)


def issue_token(key: str, user: User, seconds: int) -> str:
    """A signed token for the user, valid for so many seconds."""
    issued = now() // 1000
    claims = {"sub": user.id, "name": user.username, "role": user.role, "jti": ids.new(), "iat": issued}
    return jwt.encode({**claims, "exp": issued + seconds}, key, ALGORITHM)


async def read_token(database: Database, key: str, token: str) -> Session:
    """The session a token stands for; raises NotAuthenticated for one that is forged, expired or signed out."""
    try:
        required = {"require": ["sub", "name", "role", "jti", "exp"]}
        claims = jwt.decode(token, key, [ALGORITHM], options=required)  # type: ignore[arg-type]
    except jwt.PyJWTError:
        raise NotAuthenticated from None
    async with database.read() as connection:
        if await connection.scalar(sa.select(revoked_tokens.c.jti).where(revoked_tokens.c.jti == claims["jti"])):
            raise NotAuthenticated
    return Session(User(claims["sub"], claims["name"], claims["role"]), claims["jti"], int(claims["exp"]))


async def revoke(database: Database, session: Session) -> None:
    """Sign a token out."""
    async with database.write() as connection:
        await connection.execute(sa.delete(revoked_tokens).where(revoked_tokens.c.expires_at < now() // 1000))
        known = await connection.scalar(sa.select(revoked_tokens.c.jti).where(revoked_tokens.c.jti == session.jti))
        if known is None:
            await connection.execute(sa.insert(revoked_tokens).values(jti=session.jti, expires_at=session.expires_at))


async def revoked(database: Database, jtis: Collection[str]) -> set[str]:
    """Those of the token ids that were signed out."""
    found: set[str] = set()
    wanted = sorted(jtis)
    for start in range(0, len(wanted), 1000):
        query = sa.select(revoked_tokens.c.jti).where(revoked_tokens.c.jti.in_(wanted[start : start + 1000]))
        async with database.read() as connection:
            found.update((await connection.execute(query)).scalars())
    return found


def _check(username: str, password: str, role: str) -> None:
    if not (1 <= len(username) <= 100) or not username.isprintable() or username != username.strip():
        raise InvalidInput.at("/username", "a user name has 1 to 100 printable characters and no spaces at its ends")
    if not 8 <= len(password) <= 1024:
        raise InvalidInput.at("/password", "a password has 8 to 1,024 characters")
    if role not in ROLES:
        raise InvalidInput.at("/role", f"the role is one of {', '.join(ROLES)}")
