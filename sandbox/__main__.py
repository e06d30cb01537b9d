"""``python -m sandbox``: serve a world until told to stop."""

import argparse
import importlib
import json
import signal
import sys
from pathlib import Path
from typing import Any

import msgspec

from sandbox.control import PREFIX
from sandbox.load import load
from sandbox.server import serve
from sandbox.world import World


def main() -> int:
    options = _options()
    world = World()
    world.latency, world.answers.on = options.latency / 1000, options.keep_answers
    try:
        running = serve(world, options.jira_port, options.github_port)
    except (OSError, OverflowError) as error:
        print(f"sandbox: a port cannot be had: {error}", file=sys.stderr)
        return 1
    try:
        _fill(world, options)
    except OSError as error:
        print(f"sandbox: what --load or --state names cannot be read: {error}", file=sys.stderr)
        return 2
    except (ValueError, LookupError) as error:
        print(f"sandbox: what --state names is not as GET /_sandbox/state gives it: {error}", file=sys.stderr)
        return 2
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
    what.add_argument("--state", metavar="FILE", nargs="+", help="what GET /_sandbox/state gave, of one or both sites")
    what.add_argument("--load", metavar="DIR", help="raw Jira and GitHub issues (.json, .jsonl, .ndjson), or one file")
    parser.add_argument("--latency", type=_latency, default=0.0, metavar="MS", help="no request is answered earlier")
    parser.add_argument("--keep-answers", action="store_true", help="answer the same question from memory")
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    return parser.parse_args()


def scenarios() -> list[str]:
    folder = Path(__file__).parent / "scenarios"
    return sorted({"empty"} | {p.name for p in folder.glob("[a-z]*") if (p / "__init__.py").exists()})


def _latency(text: str) -> float:
    value = float(text)
    if not 0 <= value < 60_000:
        raise ValueError(text)
    return value


def _fill(world: World, options: argparse.Namespace) -> None:
    if options.state:
        for file in options.state:
            _restore(world, msgspec.json.decode(Path(file).read_bytes(), type=dict[str, dict[str, Any]]))
    elif options.load:
        load(world, Path(options.load))
    elif options.scenario != "empty":
        importlib.import_module(f"sandbox.scenarios.{options.scenario}").build(world)


def _restore(world: World, states: dict[str, dict[str, Any]]) -> None:
    for name, state in states.items():
        world.sites[name].restore(state)


def _announcement(world: World) -> dict[str, Any]:
    return {
        **world.urls,
        "control": {name: url + PREFIX for name, url in world.urls.items()},
        "accounts": {
            "jira": {"user": "bot@acme.example", "token": "sandbox-jira-token"},
            "jira_admin": {"user": "admin@acme.example", "token": "sandbox-jira-admin"},
            "github": {"login": "crosstie-bot", "token": "sandbox-github-token"},
        },
    }


if __name__ == "__main__":
    sys.exit(main())
