"""Names, versions and events; and triggers that let rows be added, and nothing else."""

import sqlalchemy as sa
from alembic import op

from engine.strategies.migrations.growing import FUNCTION, only_grows

revision = "0001"
down_revision = None
TABLES = ("strategy_names", "strategy_versions", "strategy_events")


def upgrade() -> None:
    _names()
    _versions()
    _events()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$"
        )
    for table in TABLES:
        only_grows(table)


def _names() -> None:
    op.create_table(
        "strategy_names",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("shop", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.UniqueConstraint("shop", "name", name="strategy_names_once"),
    )


def _versions() -> None:
    op.create_table(
        "strategy_versions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "name_id", sa.Integer, sa.ForeignKey("strategy_names.id", name="strategy_versions_name"), nullable=False
        ),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("surface", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data_hash", sa.Text, nullable=False),
        sa.Column("model", sa.Text),
        sa.Column("cutoff", sa.Text),
        sa.UniqueConstraint("name_id", "number", name="strategy_versions_once"),
        sa.CheckConstraint("number >= 1", name="strategy_versions_from_1"),
    )


def _events() -> None:
    op.create_table(
        "strategy_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "version_id",
            sa.Integer,
            sa.ForeignKey("strategy_versions.id", name="strategy_events_version"),
            nullable=False,
        ),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True)),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("status IN ('draft', 'approved', 'live', 'retired')", name="strategy_events_status"),
    )
    op.create_index("strategy_events_of", "strategy_events", ["version_id", "id"])
