"""What is rare among a million tasks is found: those of one workflow, an owner's that ended badly, those of a state."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the indexes."""
    unfinished = sa.text("finished_at IS NULL")
    op.create_index("ix_tasks_open", "tasks", ["status", "id"], sqlite_where=unfinished, postgresql_where=unfinished)
    unlucky = sa.text("status IN ('failed', 'cancelled')")
    columns = ["owner_id", "status", "id"]
    op.create_index("ix_tasks_unlucky_owner", "tasks", columns, sqlite_where=unlucky, postgresql_where=unlucky)
    op.create_index("ix_tasks_workflow", "tasks", ["workflow", "id"])


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_tasks_workflow", table_name="tasks")
    op.drop_index("ix_tasks_unlucky_owner", table_name="tasks")
    op.drop_index("ix_tasks_open", table_name="tasks")
