"""A finished task past its retention keeps its row and its report; `pruned_at` says that the rest is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """To the new schema."""
    op.add_column("tasks", sa.Column("pruned_at", sa.BigInteger(), nullable=True))
    _index("finished_at IS NOT NULL AND pruned_at IS NULL")


def downgrade() -> None:
    """Back."""
    _index("finished_at IS NOT NULL")
    op.drop_column("tasks", "pruned_at")


def _index(where: str) -> None:
    condition = sa.text(where)
    op.drop_index("ix_tasks_finished", table_name="tasks")
    op.create_index("ix_tasks_finished", "tasks", ["finished_at"], sqlite_where=condition, postgresql_where=condition)
