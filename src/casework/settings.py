"""The only reader of the environment: every setting, its default, its bounds; frozen.

Variables are prefixed `CASEWORK_`; `casework doctor` prints each with its value and where it came from.
"""

import os
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from casework.errors import SetupError

PREFIX = "CASEWORK_"


class Settings(BaseSettings):
    """All settings. Durations in seconds, sizes in bytes; an unset URL means the embedded one in DATA_DIR."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True)

    data_dir: Path = Field(Path("casework-data"), description="documents, artifacts, the embedded database and Redis")
    database_url: str = Field("", description="sqlite+aiosqlite:///… or postgresql+asyncpg://…")
    redis_url: str = Field("", description="redis://…, rediss://… or unix:///path")
    storage_url: str = Field(
        "", description="where documents and artifacts live: empty for DATA_DIR, or s3://bucket/prefix"
    )
    secret_key: SecretStr | None = Field(None, min_length=32, description="signs tokens; made in DATA_DIR when unset")
    admin_password: SecretStr | None = Field(
        None, min_length=8, description="the user admin's; made and printed at first start when unset"
    )
    token_seconds: int = Field(12 * 3600, ge=60, description="how long a sign-in lasts")
    cookie_secure: bool = Field(False, description="send the session cookie over HTTPS only")

    lease_seconds: float = Field(5.0, ge=0.5, description="a worker silent for longer is taken for dead")
    heartbeat_seconds: float = Field(1.0, gt=0, description="a worker's beat; at most a third of the lease")
    high_slots: int = Field(8, ge=1, le=500, description="tasks of queue high a worker runs at once")
    medium_slots: int = Field(8, ge=1, le=500, description="tasks of queue medium a worker runs at once")
    low_slots: int = Field(4, ge=1, le=500, description="tasks of queue low a worker runs at once")
    pool_processes: int = Field(0, ge=0, le=64, description="processes for CPU-bound work; 0 means one a core")
    pool_memory_bytes: int = Field(1024**3, ge=256 * 1024**2, description="address space of each of these processes")
    task_timeout_seconds: float = Field(3600, gt=0, description="an attempt may take this long")
    retry_base_seconds: float = Field(2.0, ge=0, description="the backoff's first upper bound")
    retry_max_seconds: float = Field(300.0, ge=0, description="the backoff's last upper bound")
    progress_interval_seconds: float = Field(
        0.05, ge=0, description="ticks of a task nearer than this are merged; 0: none"
    )
    vip_boost_seconds: float = Field(600.0, ge=0, description="how far ahead in its queue a vip's task is put")

    max_upload_bytes: int = Field(25 * 1024 * 1024, ge=1, description="the largest document accepted")
    max_streams_per_user: int = Field(20, ge=1, description="open event streams a user may hold in one API process")
    max_streams: int = Field(10_000, ge=1, description="open event streams in one API process")
    ping_seconds: float = Field(15.0, gt=0, description="how often an idle stream is pinged")
    retention_days: float = Field(90.0, gt=0, description="events and documents of finished tasks are kept this long")
    log_format: Literal["json", "console"] = Field("json", description="json lines, or coloured text for people")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="the least level that is logged"
    )

    rules_dir: Path | None = Field(
        None, description="holds packages/ and law/, which go before the built-in ones; unset: DATA_DIR"
    )
    llm_base_url: str = Field("", description="an OpenAI-compatible endpoint; unset: no language model is used")
    llm_api_key: SecretStr | None = Field(None, description="the endpoint's key")
    llm_model: str = Field("", description="the model's name there")
    llm_token_budget: int = Field(100_000, ge=0, description="tokens a task may use; past it the rules stand alone")
    notify_urls: SecretStr | None = Field(
        None, description="Apprise URLs or webhooks told of every failure, separated by spaces"
    )
    notify_private: bool = Field(
        False, description="tasks may have private addresses, or any Apprise service, notified"
    )
    notify_retry_seconds: float = Field(5.0, gt=0, description="the first upper bound between two tries to notify")
    webhook_secret: SecretStr | None = Field(
        None,
        min_length=24,
        description="signs webhooks: whsec_ and base64, or any text; unset: one that follows from SECRET_KEY",
    )
    failpoints: Path | None = Field(None, description="where `casework drill` lights its fuses; never in production")
    task_system: Literal["arq", "background"] = Field(
        "arq", description="`background` runs tasks in the API, for comparison"
    )

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def database(self) -> str:
        """The database's URL, the embedded SQLite file when none is set."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir}/casework.db"

    @property
    def redis(self) -> str:
        """Redis's URL, the embedded server's socket when none is set."""
        return self.redis_url or f"unix://{self.data_dir}/redis.sock"

    def slots(self, queue: str) -> int:
        """How many tasks of `queue` one worker runs at once."""
        return int(getattr(self, f"{queue}_slots"))


@cache
def load() -> Settings:
    """The settings of this process; raises SetupError naming each variable that does not fit and its remedy."""
    try:
        settings = Settings()
    except ValidationError as error:
        faults = "; ".join(f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}, got {_shown(e)}" for e in error.errors())
        raise SetupError(faults) from None
    if settings.heartbeat_seconds > settings.lease_seconds / 3 + 1e-9:
        raise SetupError(
            f"{PREFIX}HEARTBEAT_SECONDS ({settings.heartbeat_seconds}) must be at most a third of "
            f"{PREFIX}LEASE_SECONDS ({settings.lease_seconds})"
        )
    return settings


def _shown(error: object) -> str:
    place = error["loc"][0]  # type: ignore[index]
    return "a value that is not shown" if Settings.model_fields[place].annotation in _SECRET else repr(error["input"])  # type: ignore[index]


_SECRET = (SecretStr, SecretStr | None)


def described(settings: Settings) -> list[tuple[str, str, str, str]]:
    """(variable, value with secrets masked, `environment` or `default`, what it means) of every setting."""
    rows = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = ("********" if value else "") if field.annotation in _SECRET else str(value)
        variable = PREFIX + name.upper()
        source = "environment" if os.environ.get(variable) else "default"
        rows.append((variable, _without_password(shown), source, field.description or ""))
    return rows


def _without_password(text: str) -> str:
    """`scheme://user:secret@host` → `scheme://user:********@host`."""
    scheme, mark, rest = text.partition("://")
    credentials, at, host = rest.rpartition("@")
    user, colon, _ = credentials.partition(":")
    return f"{scheme}{mark}{user}{colon}********{at}{host}" if mark and at and colon else text
