"""Makes the tables of this folder: `python data/benchmarks/make.py [NAME ...] [--jobs N]`.

Each takes minutes to hours on two cores; `README.md` says how long. What is finished is kept in
`runs/benchmarks`, so a start after an interruption goes on from there.
"""

import argparse
from pathlib import Path

from furutalib.learning.benchmark_make import make

HERE = Path(__file__).resolve().parent
RUNS = HERE.parents[1] / "runs" / "benchmarks"

if __name__ == "__main__":
    known = sorted(folder.parent.name for folder in HERE.glob("*/*.yaml"))
    names = sorted(set(known))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[*names, []], metavar="NAME")
    parser.add_argument("--jobs", type=int, default=-1, help="runs at a time")
    given = parser.parse_args()
    for name in given.names or names:
        make(HERE / name, RUNS / name, given.jobs)
