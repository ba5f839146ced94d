"""What each command of `furuta` does; each loads what it needs when it runs."""

import argparse
import json
import sys
from pathlib import Path

from furutalib.facts.errors import ConfigurationError

INTERRUPTED = 130  # what a shell reports after Ctrl-C


def check(options: argparse.Namespace) -> int:
    """Look at everything, or at a robot; 1 if something is wrong."""
    from furutalib.lessons.doctor import examine

    if options.robot_file and not options.robot:
        raise ConfigurationError("--robot-file needs --robot emulated or --robot real")
    if options.robot:
        from furutalib.lessons.robot_check import examine_robot

        report = examine_robot(options.robot, options.robot_file or "course")
    else:
        report = examine()
    print(report.to_json() if options.json else report.table())
    return 0 if report.ok else 1


def bring_up(options: argparse.Namespace) -> int:
    """Bring a robot up; 1 if a step failed."""
    from datetime import datetime

    from furutalib.lessons.bring_up import bring_up as ask_all

    well = ask_all(
        options.robot,
        options.robot_file,
        options.out,
        say=print,
        hear=input,
        today=datetime.now().astimezone().date(),
    )
    return 0 if well else 1


def identify(options: argparse.Namespace) -> int:
    """Identify a robot, or recordings of one."""
    from datetime import datetime

    from furutalib.lessons.identify import identify_robot

    identify_robot(options, say=print, today=datetime.now().astimezone().date())
    return 0


def lesson(options: argparse.Namespace) -> int:
    """List the lessons, or put a copy of one in place."""
    from furutalib.lessons import workspace

    course = workspace.find_course(Path.cwd())
    if options.lesson is None:
        if options.fresh:
            raise ConfigurationError("--fresh needs a lesson, e.g. furuta lesson 03 --fresh")
        return _list_lessons(course, options.json)
    name = workspace.find_lesson(course, options.lesson)
    if options.fresh:
        copy = workspace.fresh_copy(course, name)
    else:
        workspace.fill(course)
        copy = workspace.FreshCopy(workspace.work_folder(course) / f"{name}.ipynb", None)
    if options.json:
        kept = str(copy.kept) if copy.kept else None
        print(json.dumps({"path": str(copy.path), "kept": kept}))
    else:
        print(f"{copy.path}" + (f"\nyour old copy is now {copy.kept}" if copy.kept else ""))
    return 0


def _list_lessons(course: Path, as_json: bool) -> int:
    from furutalib.lessons import workspace
    from furutalib.lessons.catalogue import lesson as entry

    rows = []
    for name in workspace.lesson_names(course):
        about, copy = entry(name), workspace.work_folder(course) / f"{name}.ipynb"
        found = str(copy) if copy.is_file() else None
        rows.append({"name": name, "title": about.title, "minutes": about.minutes, "copy": found})
    if as_json:
        print(json.dumps(rows, indent=1))
    for row in [] if as_json else rows:
        where = row["copy"] or "not yet in work/"
        print(f"{row['name']:<22}{row['minutes']:>4} min  {where}")
    return 0


def train(options: argparse.Namespace) -> int:
    """Train and follow the run to its end."""
    from furutalib.view import training

    run = training.train(
        options.folder,
        algorithm=options.algorithm,
        task=options.task,
        robot=options.robot,
        fidelity=options.fidelity,
        reward=options.reward,
        seed=options.seed,
        stop_at_success=not options.all_steps,
        wandb=options.wandb,
        notes=options.notes,
        **(options.options or {}),
    )
    status = run.wait(show=not options.json)
    stopped = status.state == "stopped"
    best = str(run.files.best) if status.steps and run.files.best.is_dir() else None
    if options.json:
        result = {"folder": str(run.folder), "state": status.state, "steps": status.steps}
        print(json.dumps({**result, "success_rate": status.success_rate, "policy": best}))
    else:
        print(
            f"{status.state} after {status.steps:,} steps; "
            + (f"the best policy is in {best}" if best else "nothing is learned yet")
        )
        if stopped:
            folder = "" if options.folder else f", with the folder {run.folder},"
            print(f"the same command{folder} goes on from there")
    return INTERRUPTED if stopped else 0


def sweep(options: argparse.Namespace) -> int:
    """Do every run of a sweep; 1 if one has failed."""
    from furutalib.learning.sweep import Sweep
    from furutalib.learning.sweep_cluster import given_certificates
    from furutalib.learning.sweep_file import read_sweep
    from furutalib.learning.wandb_mode import choose_mode

    mode = choose_mode(options.wandb)
    certificates = given_certificates(options.tls_ca, options.tls_cert, options.tls_key)
    file = read_sweep(options.file)
    work = Sweep(options.folder or Path("runs") / options.file.stem, file)
    try:
        rows = work.run(
            jobs=options.jobs,
            scheduler=options.scheduler,
            certificates=certificates,
            wandb_mode=mode,
            notes=options.notes,
            show=not options.json,
        )
    except KeyboardInterrupt:
        print("furuta sweep: stopped; the same command goes on from there", file=sys.stderr)
        return INTERRUPTED
    bad = [row for row in rows if row["state"] != "finished"]
    if options.json:
        result = {"folder": str(work.folder), "results": str(work.results)}
        print(json.dumps({**result, "runs": len(rows), "unfinished": len(bad)}))
    else:
        for row in bad:
            print(f"run {row['run']} {row['state']}: {row['error']}")
        print(f"{len(rows) - len(bad)} of {len(rows)} runs finished; the table is {work.results}")
    return 1 if bad else 0


def evaluate(options: argparse.Namespace) -> int:
    """Print the figures of a policy."""
    from furutalib.learning import evaluation

    result = evaluation.evaluate(
        options.policy,
        robot=options.robot,
        fidelity=options.fidelity,
        starts=options.starts,
        n=options.n,
        allow_other_robot=options.allow_other_robot,
    )
    if options.json:
        print(result.to_json())
    else:  # figures of successful starts, when there is none
        print(result.table().replace("nan s", "-").replace("nan degrees", "-"))
    return 0


def render(options: argparse.Namespace) -> int:
    """Write a moving picture of a policy."""
    from furutalib.learning.policy_folder import load_policy
    from furutalib.learning.rollout import collect
    from furutalib.learning.starts import draw_starts
    from furutalib.learning.video import save_video

    if not options.seconds > 0:
        raise ConfigurationError(f"--seconds {options.seconds:g}; it must be above 0")
    if options.start < 0:
        raise ConfigurationError(f"--start {options.start}; it must be 0 or above")
    policy = load_policy(
        options.policy, robot=options.robot, allow_other_robot=options.allow_other_robot
    )
    task = policy.info.task
    rollout = collect(
        policy,
        draw_starts("test", options.start + 1, task)[-1:],
        robot=options.robot or policy.info.robot,
        fidelity=options.fidelity,
        task=task,
        duration_s=options.seconds,
    )
    save_video(rollout, options.file)
    print(options.file)
    return 0


def run(options: argparse.Namespace) -> int:
    """Drive a robot by a policy; 1 if an episode did not end upright."""
    from furutalib.lessons.driver import drive_policy

    return 0 if drive_policy(options, say=print) else 1


def report(options: argparse.Namespace) -> int:
    """Write one HTML file about runs, policies and recordings."""
    from furutalib.view.report import report as write

    file = write(*options.sources, to=options.out, title=options.title, notes=options.notes)
    print(f"{file}, {file.stat().st_size / 1e6:.1f} MB")
    return 0


def export(options: argparse.Namespace) -> int:
    """Write telemetry as MCAP."""
    from furutalib.machine.export_mcap import export_mcap

    print(export_mcap(options.file, options.mcap))
    return 0


def bench(options: argparse.Namespace) -> int:
    """Measure on this computer."""
    from furutalib.lessons.bench import LOOP_OPTIONS, main

    flags = ["--json"] * options.json + ["--list"] * options.list
    for name in LOOP_OPTIONS:
        value = getattr(options, name)
        flags += [] if value is None else [f"--{name}", str(value)]
    return main([*flags, *options.names])
