"""An owner's unfinished tasks are found without a look at the finished ones."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the index."""
    condition = sa.text("finished_at IS NULL")
    op.create_index(
        "ix_tasks_unfinished", "tasks", ["owner_id", "id"], sqlite_where=condition, postgresql_where=condition
    )


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_tasks_unfinished", table_name="tasks")
