"""``python -m bench requests [--n 100 1000 5000]``."""

import argparse
import sys

from bench.request_counts import UNCHANGED, measure, table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Ratios, measured on the sandbox.")
    commands = parser.add_subparsers(dest="command", required=True)
    requests = commands.add_parser("requests", help="how many requests runs make for N issues on each tracker")
    requests.add_argument("--n", type=int, nargs="+", default=[100, 1000], metavar="N", help="issues on each tracker")
    counts = [count for n in parser.parse_args().n for count in measure(n)]
    print(table(counts))
    over = [c for c in counts if c.full > c.bound or c.unchanged > UNCHANGED]
    for count in over:
        print(f"more than it may be: {count.tracker} with {count.issues} issues", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
