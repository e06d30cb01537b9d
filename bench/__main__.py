"""``python -m bench requests [--n 100 1000]``, ``pull [--n 5000 50000]`` and ``judge [--sizes 10000,100000]``."""

import argparse
import json
import platform
import sys
from pathlib import Path

import msgspec


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Ratios, measured on the sandbox.")
    commands = parser.add_subparsers(dest="command", required=True)
    requests = commands.add_parser("requests", help="how many requests runs make for N issues on each tracker")
    requests.add_argument("--n", type=int, nargs="+", default=[100, 1000], metavar="N", help="issues on each tracker")
    _add_pull(commands.add_parser("pull", help="crosstie and its peers pull the same trackers, side by side"))
    _add_judge(commands.add_parser("judge", help="seconds and memory of judging, by number of dependencies"))
    arguments = parser.parse_args()
    return {"requests": _requests, "pull": _pull, "judge": _judge}[arguments.command](arguments)


def _add_pull(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--n", type=int, nargs="+", default=[5000], metavar="N", help="issues on each tracker")
    parser.add_argument("--trackers", nargs="+", choices=("jira", "github"), default=["jira", "github"])
    parser.add_argument("--latency", type=float, default=50, metavar="MS", help="how long each answer takes")
    parser.add_argument(
        "--concurrency", type=int, nargs="+", default=[1], metavar="N", help="crosstie's, requests at once"
    )
    parser.add_argument("--only", default="", metavar="NAMES", help="clients to measure, apart by commas")
    parser.add_argument("--peers-up-to", type=int, default=5000, metavar="N", help="above it, crosstie alone")
    parser.add_argument(
        "--patience", type=float, default=900, metavar="S", help="longer runs are reckoned, not waited for"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there, too")


def _add_judge(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sizes", type=_sizes, default=[10_000, 100_000, 1_000_000], metavar="N,N", help="dependencies to judge"
    )
    parser.add_argument(
        "--interpret", type=_sizes, default=[10_000, 100_000], metavar="N,N", help='those to interpret; "" for none'
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there, too")


def _sizes(text: str) -> list[int]:
    return [int(size) for size in text.split(",") if size]


def _requests(arguments: argparse.Namespace) -> int:
    from bench.request_counts import UNCHANGED, measure, table

    counts = [count for n in arguments.n for count in measure(n)]
    print(table(counts))
    over = [c for c in counts if c.full > c.bound or c.unchanged > UNCHANGED]
    for count in over:
        print(f"more than it may be: {count.tracker} with {count.issues} issues", file=sys.stderr)
    return 1 if over else 0


def _pull(arguments: argparse.Namespace) -> int:
    """Imports as little as it can: what this process holds would count as its children's memory."""
    from bench.pull import Asked, rows
    from bench.report import criteria, in_order, table

    asked = Asked(
        trackers=arguments.trackers,
        sizes=arguments.n,
        latency_ms=arguments.latency,
        concurrency=arguments.concurrency,
        only=[name for name in arguments.only.split(",") if name],
        peers_up_to=arguments.peers_up_to,
        patience=arguments.patience,
        seed=arguments.seed,
    )
    found = in_order(rows(asked))
    judged = list(criteria(found))
    print(table(found), "", *judged, sep="\n")
    if arguments.json:
        about = {"python": platform.python_version(), "machine": platform.machine(), "latency_ms": asked.latency_ms}
        report = {**about, "seed": asked.seed, "rows": msgspec.to_builtins(found), "criteria": judged}
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 1 if any(line.startswith("NO") for line in judged) else 0


def _judge(arguments: argparse.Namespace) -> int:
    """Imports as little as it can, as above."""
    from bench.judge import criteria, rows, table

    measured = rows(arguments.sizes, arguments.interpret, arguments.seed)
    judged = list(criteria(measured))
    print(table(measured), "", *judged, sep="\n")
    if arguments.json:
        about = {"python": platform.python_version(), "machine": platform.machine(), "seed": arguments.seed}
        report = {**about, **msgspec.to_builtins(measured), "criteria": judged}
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 1 if any(line.startswith("NO") for line in judged) else 0


if __name__ == "__main__":
    sys.exit(main())
