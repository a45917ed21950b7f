"""The SQL tables: one code for SQLite and PostgreSQL.

Moments are integer milliseconds since the epoch (UTC); JSON is text, byte for byte what goes on the wire.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
ID = String(36)


def _partial(condition: str, name: str, *columns: str) -> Index:
    """An index of the rows that meet the condition."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


users = Table(
    "users",
    metadata,
    Column("id", ID, primary_key=True),
    Column("username", String(100), nullable=False, unique=True),
    Column("role", String(10), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

revoked_tokens = Table(
    "revoked_tokens",
    metadata,
    Column("jti", String(64), primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", ID, primary_key=True),
    Column("owner_id", ID, ForeignKey("users.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_documents_owner", "owner_id", "id"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", ID, primary_key=True),
    Column("owner_id", ID, ForeignKey("users.id"), nullable=False),
    Column("workflow", String(100), nullable=False),
    Column("queue", String(20), nullable=False),
    Column("status", String(10), nullable=False),
    Column("input", Text, nullable=False),
    Column("available_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("boost_ms", BigInteger, nullable=False, default=0),
    Column("score", BigInteger, nullable=False),  # available_at - boost_ms, the place in the queue
    Column("max_attempts", Integer, nullable=False, default=4),
    Column("attempt", Integer, nullable=False, default=1),
    Column("failures", Integer, nullable=False, default=0),
    Column("deaths", Integer, nullable=False, default=0),
    Column("last_seq", Integer, nullable=False, default=0),
    Column("run_token", String(36)),
    Column("worker_id", String(100)),
    Column("progress", Float, nullable=False, default=0.0),
    Column("current_step", String(200)),
    Column("message", Text, nullable=False, default=""),
    Column("started_at", BigInteger),
    Column("attempt_started_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("cancel_requested_at", BigInteger),
    Column("result", Text),
    Column("error", Text),
    Column("request_id", String(200)),
    Column("notify", Text),
    Column("idempotency_key", String(200)),
    Column("idempotency_hash", String(64)),
    Column("pruned_at", BigInteger),
    UniqueConstraint("owner_id", "idempotency_key"),
    Index("ix_tasks_owner", "owner_id", "id"),
    Index("ix_tasks_workflow", "workflow", "id"),
    # The partial indexes stay small however many finished tasks there are.
    _partial("finished_at IS NULL", "ix_tasks_unfinished", "owner_id", "id"),
    _partial("finished_at IS NULL", "ix_tasks_open", "status", "id"),
    _partial("status IN ('queued', 'retrying')", "ix_tasks_waiting", "queue", "score", "id", "available_at"),
    _partial("status = 'running'", "ix_tasks_running", "worker_id"),
    _partial("finished_at IS NOT NULL AND pruned_at IS NULL", "ix_tasks_finished", "finished_at"),
    # What statistics read, without a look at the rows themselves.
    _partial("finished_at IS NOT NULL", "ix_tasks_ended", "workflow", "status", "finished_at", "started_at"),
    _partial("started_at IS NOT NULL", "ix_tasks_started", "queue", "started_at", "created_at"),
    # The few among many: a list of those that ended badly.
    _partial("status IN ('failed', 'cancelled')", "ix_tasks_unlucky", "status", "id"),
    _partial("status IN ('failed', 'cancelled')", "ix_tasks_unlucky_owner", "owner_id", "status", "id"),
)

events = Table(
    "events",
    metadata,
    Column("task_id", ID, ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("type", String(30), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
)

steps = Table(
    "steps",
    metadata,
    Column("task_id", ID, ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("status", String(10), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("executions", Integer, nullable=False, default=0),
    Column("progress", Float, nullable=False, default=0.0),
    Column("message", Text, nullable=False, default=""),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("output", Text),
)

attempts = Table(
    "attempts",
    metadata,
    Column("task_id", ID, ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("outcome", String(12)),
    Column("error", Text),
    Column("worker_id", String(100)),
    Column("retry_in_seconds", Float),
    Column("queue", String(20)),
    Column("available_at", BigInteger),  # when it was due; until it started it waited
)

# One row a failed attempt: what is alike has the same fingerprint.
failures = Table(
    "failures",
    metadata,
    Column("task_id", ID, ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("workflow", String(100), nullable=False),
    Column("step", String(200)),
    Column("type", String(200), nullable=False),
    Column("message", Text, nullable=False),
    Column("fingerprint", String(16), nullable=False),
    Column("final", Boolean, nullable=False),
    Index("ix_failures_recent", "at", "fingerprint", "type", "final", "workflow", "task_id"),
    Index("ix_failures_alike", "fingerprint", "at", "task_id"),
)

# What a task's time left was said to be, to be held against its real end: once at submission, once at its start.
estimates = Table(
    "estimates",
    metadata,
    Column("task_id", ID, ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("made", String(6), primary_key=True),
    Column("workflow", String(100), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("widened", Float, nullable=False),  # the factor by which low and high were moved apart, from past grades
    Index("ix_estimates_recent", "made", "at"),
    Index("ix_estimates_workflow", "workflow", "made", "at"),
)

# How deep each queue was, every few seconds.
samples = Table(
    "samples",
    metadata,
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("queue", String(20), primary_key=True),
    Column("queued", Integer, nullable=False),
    Column("running", Integer, nullable=False),
)

# Who steered what; ids sort by time. Outlives the tasks and users it is about.
audit = Table(
    "audit",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor_id", ID),
    Column("actor", String(100), nullable=False),
    Column("action", String(20), nullable=False),
    Column("task_id", ID),
    Column("queue", String(20)),
    Column("detail", Text),
    Column("request_id", String(200)),
    Index("ix_audit_task", "task_id", "id"),
    Index("ix_audit_actor", "actor", "id"),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("task_id", ID, ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("media_type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
)

task_documents = Table(
    "task_documents",
    metadata,
    Column("task_id", ID, ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("document_id", ID, ForeignKey("documents.id"), primary_key=True, index=True),
)

workers = Table(
    "workers",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("host", String(200), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("queues", Text, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("status", String(10), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("heartbeat_at", BigInteger, nullable=False),
    Column("rss_bytes", BigInteger, nullable=False, default=0),
    Column("cpu_percent", Float, nullable=False, default=0.0),
    Column("loop_lag_seconds", Float, nullable=False, default=0.0),
)

queues = Table(
    "queues",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("paused", Boolean, nullable=False, default=False),
)

# The ends that somebody may want to hear of, written with the final event; taken out once their deliveries stand below.
outbox = Table(
    "outbox",
    metadata,
    Column("task_id", ID, ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("type", String(30), nullable=False),
    Column("at", BigInteger, nullable=False),
)

# One row for each end and URL: what is to be said, and the log of the tries to say it.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", ID, primary_key=True),
    Column("task_id", ID, ForeignKey("tasks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("event", String(30), nullable=False),
    Column("url", Text, nullable=False),
    Column("given", Boolean, nullable=False),  # by the task's submitter, not by the service's settings
    Column("message", Text, nullable=False),
    Column("status", String(10), nullable=False),
    Column("tries", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("delivered_at", BigInteger),
    Column("worker_id", String(100)),  # who has claimed it
    _partial("status = 'pending'", "ix_deliveries_pending", "next_at"),
)

# One row a group commit: after a COMMIT whose answer was lost, tells whether it happened (docs/decisions).
commits = Table(
    "commits",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
)
