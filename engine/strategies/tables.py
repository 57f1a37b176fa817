"""The tables of saved strategies, as `migrations` make them. Rows are only added; triggers refuse all else."""

from datetime import UTC, datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

REVISIONS = "strategy_revision"  # the table in which Alembic notes how new the others are


class Utc(TypeDecorator[datetime]):
    """A moment in UTC with its time zone, which SQLite does not keep."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


metadata = MetaData()

names = Table(
    "strategy_names",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("shop", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("shop", "name", name="strategy_names_once"),
)

versions = Table(
    "strategy_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name_id", Integer, ForeignKey("strategy_names.id", name="strategy_versions_name"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("surface", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("data_hash", Text, nullable=False),
    Column("model", Text),
    Column("cutoff", Text),
    UniqueConstraint("name_id", "number", name="strategy_versions_once"),
    CheckConstraint("number >= 1", name="strategy_versions_from_1"),
)

events = Table(
    "strategy_events",
    metadata,
    Column("id", Integer, primary_key=True),  # their order
    Column("version_id", Integer, ForeignKey("strategy_versions.id", name="strategy_events_version"), nullable=False),
    Column("status", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("starts_at", Utc),
    Column("ends_at", Utc),
    CheckConstraint("status IN ('draft', 'approved', 'live', 'retired')", name="strategy_events_status"),
    Index("strategy_events_of", "version_id", "id"),
)

signatures = Table(
    "audit_signatures",
    metadata,
    Column("id", Integer, primary_key=True),  # their order
    Column("shop", Text, nullable=False),
    Column("audit", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("points", Text, nullable=False),  # a JSON list
    Column("at", Utc, nullable=False),
    Column("name", Text),
    Column("number", Integer),
    CheckConstraint("decision IN ('signed', 'refused')", name="audit_signatures_decision"),
    Index("audit_signatures_of", "shop", "audit", "id"),
)

adoptions = Table(
    "strategy_adoptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("shop", Text, nullable=False),  # the shop that goes on with what was saved
    Column("adopted", Text, nullable=False),  # under this name of a shop, which no longer stands for itself
    Column("author", Text, nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("adopted", name="strategy_adoptions_once"),
    Index("strategy_adoptions_of", "shop"),
)
