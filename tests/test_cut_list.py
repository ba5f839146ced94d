import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import assembly_folder
from furutalib.facts.robot import load_robot
from furutalib.lessons.cut_list import SAW_MM, Cut, cut_list, sawn_from


def cut(number: int, length_mm: float) -> Cut:
    return Cut("piece", "tube", "piece", number, length_mm)


def test_the_rod_is_as_long_as_the_pendulum_less_what_the_joint_takes() -> None:
    cuts = {each.id: each for each in cut_list()}
    pendulum_mm = load_robot("course").pendulum.length_m * 1000.0
    assert pendulum_mm - 20.0 < cuts["pendulum-rod"].length_mm <= pendulum_mm
    assert cuts["pendulum-rod"].number == cuts["pendulum-shaft"].number == 1


def test_pieces_hold_their_lengths_and_the_cuts_between() -> None:
    pieces = sawn_from([cut(3, 400.0), cut(2, 150.0)], piece_mm=1000.0)
    assert pieces == [[400.0, 400.0, 150.0], [400.0, 150.0]]
    assert sawn_from([cut(2, 500.0)], piece_mm=1000.0) == [[500.0], [500.0]]  # the saw takes some
    assert sawn_from([cut(2, 500.0 - SAW_MM)], piece_mm=1000.0) == [[498.0, 498.0]]


def test_a_length_that_no_piece_has_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="1001 mm do not come out of 1000 mm"):
        sawn_from([cut(1, 1001.0)], piece_mm=1000.0)


def test_a_piece_that_the_cad_does_not_have_is_named(tmp_path) -> None:
    (tmp_path / "cuts.csv").write_text("id,cut_from,name\nmast,tube-8mm,mast\n")
    with pytest.raises(ConfigurationError, match="'mast' is not in placement"):
        cut_list(assembly_folder(), tmp_path)
