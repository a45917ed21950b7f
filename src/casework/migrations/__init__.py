"""Alembic's migrations, shipped in the package and run by `casework.database.migrate`."""
