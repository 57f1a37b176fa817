"""Alembic runs this to take the steps, in the transaction that `engine.strategies.migrate` is given."""

from alembic import context

from engine.strategies.tables import REVISIONS

context.configure(connection=context.config.attributes["connection"], version_table=REVISIONS)
context.run_migrations()
