"""``[commands]``: what people may tell crosstie in a comment."""

from pydantic import Field

from sync.config.settings import PersonTable, Table


class CommandsTable(Table):
    enabled: bool = Field(default=True, description="Whether `/crosstie ...` lines in comments are followed at all.")
    admins: tuple[PersonTable, ...] = Field(
        default=(), description="People whose commands count on every issue, whichever team it belongs to."
    )
