"""``python -m sandbox``: serve a world until told to stop."""

import argparse
import importlib
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.base import World
from sandbox.control import PREFIX
from sandbox.server import serve


def main() -> int:
    options = _options()
    world = World()
    try:
        running = serve(world, options.jira_port, options.github_port)
    except OSError as error:
        print(f"sandbox: a port cannot be had: {error}", file=sys.stderr)
        return 1
    if options.load:
        load(world, Path(options.load))
    elif options.scenario != "empty":
        importlib.import_module(f"sandbox.scenarios.{options.scenario}").build(world)
    print(json.dumps(_announcement(world)), flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    running.close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A small Jira and GitHub on 127.0.0.1.")
    parser.add_argument("--jira-port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--github-port", type=int, default=0, help="0 takes a free one")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--scenario", default="acme", choices=scenarios(), help="which world to build")
    what.add_argument("--load", metavar="DIR", help="raw Jira and GitHub issues (.json, .jsonl, .ndjson), or one file")
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    return parser.parse_args()


def scenarios() -> list[str]:
    folder = Path(__file__).parent / "scenarios"
    return sorted({"empty"} | {p.name for p in folder.glob("[a-z]*") if (p / "__init__.py").exists()})


def _announcement(world: World) -> dict[str, Any]:
    return {
        **world.urls,
        "control": {name: url + PREFIX for name, url in world.urls.items()},
        "accounts": {
            "jira": {"user": "bot@acme.example", "token": "sandbox-jira-token"},
            "github": {"login": "crosstie-bot", "token": "sandbox-github-token"},
        },
    }


def load(world: World, path: Path) -> dict[str, int]:
    """Put raw issues behind both sites; says on stderr what was taken in and what was not understood."""
    rows = list(_rows(path))
    jira = [row for row in rows if "fields" in row and "key" in row]
    github = [row for row in rows if "number" in row and ("repository_url" in row or "url" in row)]
    counts = {
        "jira": world.sites["jira"].load_rows(jira),
        "github": world.sites["github"].load_rows(github),
    }
    rest = len(rows) - sum(counts.values())
    print(f"sandbox: {counts['jira']} Jira and {counts['github']} GitHub issues; {rest} other rows", file=sys.stderr)
    return counts


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    files = (
        sorted(p for p in path.rglob("*") if p.suffix in (".json", ".jsonl", ".ndjson")) if path.is_dir() else [path]
    )
    for file in files:
        text = file.read_text(encoding="utf-8")
        values = [json.loads(line) for line in text.splitlines() if line.strip()] if file.suffix != ".json" else None
        for value in values if values is not None else _listed(json.loads(text)):
            row = value.get("raw", value) if isinstance(value, dict) else None
            if isinstance(row, dict):
                yield row


def _listed(value: Any) -> list[Any]:
    if isinstance(value, dict) and isinstance(value.get("issues"), list):
        return list(value["issues"])
    return value if isinstance(value, list) else [value]


if __name__ == "__main__":
    sys.exit(main())
