"""``crosstie``: one command group; every command is a file of its own, imported only when it is called."""

import importlib

import click

COMMANDS = ("check", "demo", "digest", "explain", "findings", "init", "preview", "pull", "retire", "rules", "run")


class Lazy(click.Group):
    """Finds command NAME as the function ``command`` of ``cli.NAME``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a command file without its command is our own mistake
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="crosstie")
def main() -> None:
    """Finds the dependencies between teams in the trackers they already have, and says so on the ticket."""


if __name__ == "__main__":
    main()
