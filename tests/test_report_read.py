from pathlib import Path

from report_folders import make_policy, make_recording, make_run

from furutalib.view.report_read import read_parts


def names(*paths: Path) -> list[str]:
    return [part.name for part in read_parts(paths)]


def test_everything_is_called_by_its_own_name(tmp_path: Path) -> None:
    run = make_run(tmp_path / "a" / "first")
    recording = make_recording(tmp_path / "b" / "episode-0003.csv")
    assert names(run, recording) == ["first", "episode-0003"]


def test_the_same_names_get_as_much_before_them_as_tells_them_apart(tmp_path: Path) -> None:
    one, other = (make_policy(tmp_path / "x" / run / "best") for run in ("a", "b"))
    assert names(one, other) == ["a/best", "b/best"]
    assert names(one, one) == ["best (1)", "best (2)"]


def test_a_folder_of_recordings_and_one_of_a_sweep_are_all_that_is_in_them(tmp_path: Path) -> None:
    for k in (1, 2):
        make_recording(tmp_path / "rec" / f"episode-000{k}.csv")
        make_run(tmp_path / "sweep" / f"000{k}", seed=k)
    (tmp_path / "rec" / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "sweep" / "sweep.json").write_text("{}")
    assert names(tmp_path / "rec") == ["episode-0001", "episode-0002"]
    assert names(tmp_path / "sweep") == ["0001", "0002"]
