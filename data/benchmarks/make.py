"""Makes the tables of this folder: `python data/benchmarks/make.py [NAME ...] [--jobs N]`.

Each takes minutes to hours on two cores; `README.md` says how long. What is finished is kept in
`runs/benchmarks`, so a start after an interruption goes on from there.
"""

import argparse
from pathlib import Path

from furutalib.learning.benchmark_make import make, make_critic

HERE = Path(__file__).resolve().parent
RUNS = HERE.parents[1] / "runs" / "benchmarks"

if __name__ == "__main__":
    sweeps = sorted({file.parent.name for file in HERE.glob("*/*.yaml")})
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"of {', '.join([*sweeps, 'critic'])}")
    parser.add_argument("--jobs", type=int, default=-1, help="runs at a time")
    given = parser.parse_args()
    for name in given.names or [*sweeps, "critic"]:
        if name == "critic":
            make_critic(HERE / name, RUNS / "exploration" / "gaussian")
        else:
            make(HERE / name, RUNS / name, given.jobs)
