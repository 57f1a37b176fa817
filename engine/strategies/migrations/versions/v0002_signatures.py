"""Who signed which audit."""

import sqlalchemy as sa
from alembic import op

from engine.strategies.migrations.growing import only_grows

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "audit_signatures",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("shop", sa.Text, nullable=False),
        sa.Column("audit", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("points", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("number", sa.Integer),
        sa.CheckConstraint("decision IN ('signed', 'refused')", name="audit_signatures_decision"),
    )
    op.create_index("audit_signatures_of", "audit_signatures", ["shop", "audit", "id"])
    only_grows("audit_signatures")
