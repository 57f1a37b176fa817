"""Which shop, known by its id, goes on with what was saved under the name of a folder."""

import sqlalchemy as sa
from alembic import op

from engine.strategies.migrations.growing import only_grows

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "strategy_adoptions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("shop", sa.Text, nullable=False),
        sa.Column("adopted", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("adopted", name="strategy_adoptions_once"),
    )
    op.create_index("strategy_adoptions_of", "strategy_adoptions", ["shop"])
    only_grows("strategy_adoptions")
