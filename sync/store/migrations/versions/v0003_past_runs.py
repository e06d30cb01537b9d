"""What each run judged, so that it can be judged again; and configs as they were understood."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("runs", sa.Column("judged", sa.DateTime(timezone=True), nullable=True))
    op.add_column("runs", sa.Column("generations", sa.Text(), nullable=True))
    op.add_column("runs", sa.Column("basis", sa.Text(), nullable=True))
    op.add_column("configs", sa.Column("tree", sa.Text(), nullable=True))
