"""Makes the tables of this folder: `python data/benchmarks/make.py [NAME ...] [--jobs N]`.

Each takes minutes to hours on two cores; `README.md` says how long. What is finished is kept in
`runs/benchmarks`, so a start after an interruption goes on from there.
"""

import argparse
from pathlib import Path

from furutalib.learning.benchmark_make import make, make_critic
from furutalib.learning.identification_table import make_identification
from furutalib.view.robot_tables import make_transfer, make_zero

HERE = Path(__file__).resolve().parent
RUNS = HERE.parents[1] / "runs" / "benchmarks"
ROBOTS = {"robot-zero": make_zero, "transfer": make_transfer}
OTHERS = ("critic", "identify", *ROBOTS)  # that are no sweeps

if __name__ == "__main__":
    sweeps = sorted({file.parent.name for file in HERE.glob("*/*.yaml")})
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"of {', '.join([*sweeps, *OTHERS])}")
    parser.add_argument("--jobs", type=int, default=-1, help="runs at a time")
    given = parser.parse_args()
    for name in given.names or [*sweeps, *OTHERS]:
        if name == "critic":
            make_critic(HERE / name, RUNS / "exploration" / "gaussian")
        elif name == "identify":
            make_identification(HERE / name, RUNS / name)
        elif name in ROBOTS:
            ROBOTS[name](HERE / name, RUNS / name, abs(given.jobs))
        else:
            make(HERE / name, RUNS / name, given.jobs)
