"""What operators look at: audit, failures alike, estimates to be graded, depths of queues, and indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.String(length=36)


def upgrade() -> None:
    """To the new schema."""
    op.add_column("attempts", sa.Column("queue", sa.String(length=20), nullable=True))
    op.add_column("attempts", sa.Column("available_at", sa.BigInteger(), nullable=True))
    op.drop_index("ix_tasks_waiting", table_name="tasks")
    _tasks_index("ix_tasks_waiting", ["queue", "score", "id", "available_at"], "status IN ('queued', 'retrying')")
    _tasks_index("ix_tasks_ended", ["workflow", "status", "finished_at", "started_at"], "finished_at IS NOT NULL")
    _tasks_index("ix_tasks_started", ["queue", "started_at", "created_at"], "started_at IS NOT NULL")
    _tasks_index("ix_tasks_unlucky", ["status", "id"], "status IN ('failed', 'cancelled')")
    op.create_table(
        "failures",
        sa.Column("task_id", ID, nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("workflow", sa.String(length=100), nullable=False),
        sa.Column("step", sa.String(length=200), nullable=True),
        sa.Column("type", sa.String(length=200), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_failures_task_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", "attempt", name=op.f("pk_failures")),
    )
    recent = ["at", "fingerprint", "type", "final", "workflow", "task_id"]
    op.create_index("ix_failures_recent", "failures", recent)
    op.create_index("ix_failures_alike", "failures", ["fingerprint", "at", "task_id"])
    op.create_table(
        "estimates",
        sa.Column("task_id", ID, nullable=False),
        sa.Column("made", sa.String(length=6), nullable=False),
        sa.Column("workflow", sa.String(length=100), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("widened", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_estimates_task_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", "made", name=op.f("pk_estimates")),
    )
    op.create_index("ix_estimates_recent", "estimates", ["made", "at"])
    op.create_index("ix_estimates_workflow", "estimates", ["workflow", "made", "at"])
    op.create_table(
        "samples",
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("queue", sa.String(length=20), nullable=False),
        sa.Column("queued", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("at", "queue", name=op.f("pk_samples")),
    )
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("queue", sa.String(length=20), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("request_id", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_task", "audit", ["task_id", "id"])
    op.create_index("ix_audit_actor", "audit", ["actor", "id"])


def downgrade() -> None:
    """Back."""
    for table in ("audit", "samples", "estimates", "failures"):
        op.drop_table(table)
    for index in ("ix_tasks_unlucky", "ix_tasks_started", "ix_tasks_ended"):
        op.drop_index(index, table_name="tasks")
    op.drop_index("ix_tasks_waiting", table_name="tasks")
    _tasks_index("ix_tasks_waiting", ["queue", "score", "id"], "status IN ('queued', 'retrying')")
    op.drop_column("attempts", "available_at")
    op.drop_column("attempts", "queue")


def _tasks_index(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "tasks", columns, sqlite_where=condition, postgresql_where=condition)
