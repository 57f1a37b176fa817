"""Bring a database to the tables this Evenshelf knows."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from engine.data.problems import refuse
from engine.strategies.tables import REVISIONS

STEPS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, place: str) -> None:
    """Take the steps that the database at `place` lacks, in the transaction that is open: all of them or none.

    Raises InputError where a newer Evenshelf has used the database.
    """
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    steps = ScriptDirectory.from_config(config)
    revision = MigrationContext.configure(connection, opts={"version_table": REVISIONS}).get_current_revision()
    if revision == steps.get_current_head():
        return
    if revision is not None and revision not in {step.revision for step in steps.walk_revisions()}:
        fix = "update this Evenshelf, or name another database"
        raise refuse(place, "newer_store", "written by a newer Evenshelf", fix, column="revision", value=revision)
    command.upgrade(config, "head")
