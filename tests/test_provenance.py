"""Hashes change with what decides a figure, and with nothing else."""

import furutalib
from furutalib.facts.robot import load_robot
from furutalib.learning import provenance
from furutalib.learning.provenance import code_hash, code_version, meaning, plant_hash

SOURCE = '''
"""Module."""

# a comment
def double(x):
    """Docstring
    of two lines."""
    return 2 * x
'''


def test_comments_docstrings_and_blank_lines_do_not_count():
    other = SOURCE.replace("a comment", "another").replace("of two lines", "of some lines") + "\n\n"
    assert meaning(SOURCE) == meaning(other) == "def double(x):\nreturn 2 * x"


def test_code_counts():
    assert meaning(SOURCE) != meaning(SOURCE.replace("2 * x", "3 * x"))


def test_the_plant_hash_follows_parameters_fidelity_and_limits():
    course = load_robot("course")
    hashes = {
        plant_hash(course),
        plant_hash(course, "ideal"),
        plant_hash(load_robot("qube")),
        plant_hash(course.with_values({"motor.stiction_nm": 0.0101})),
        plant_hash(course.with_values({"sensors.filter_cutoff_rad_s": 49.0})),
        plant_hash(course.with_values({"limits.arm_angle_rad": 2.4})),
    }
    assert len(hashes) == 6
    assert plant_hash(course, "full") == plant_hash(load_robot("course"))


def test_the_code_hash_is_stable():
    assert code_hash() == code_hash()
    assert len(code_hash()) == 12


def test_the_code_version_names_release_hash_and_commit(tmp_path, monkeypatch):
    version = code_version()
    assert version["furutalib"] == furutalib.__version__
    assert version["code_hash"] == code_hash()
    monkeypatch.setattr(provenance, "course_folder", lambda: tmp_path)
    assert code_version()["git_commit"] is None  # no clone
    (tmp_path / ".git").mkdir()  # nor does git know this one
    assert code_version()["git_commit"] is None
