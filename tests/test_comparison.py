import numpy as np

from furutalib.facts.robot import load_robot
from furutalib.learning.controllers import LQR
from furutalib.learning.evaluation import evaluate
from furutalib.learning.rollout import collect
from furutalib.lessons.comparison import compare
from furutalib.lessons.scripted import Replay
from furutalib.machine.robot import Start

ROBOT = load_robot("course")


def table():
    still = evaluate(Replay(np.zeros((1, 1))), n=2)
    upright = collect(LQR(ROBOT), [Start(pendulum_angle_rad=np.pi)], duration_s=4.0)
    return still, compare({"motor off": still, "LQR <from the top>": upright})


def test_an_evaluation_and_a_rollout_stand_in_one_table():
    still, comparison = table()
    off, lqr = comparison.rows
    assert off[:4] == ("motor off", "0 of 2", "–", "–")
    assert off[5] == f"{still.task_return:.0f}"
    assert lqr[1] == "1 of 1"
    assert lqr[2].endswith(" s")
    assert lqr[3].endswith("°")
    assert lqr[5] == "–"  # 4 s are not comparable with 8 s


def test_it_reads_as_text_and_as_html():
    _, comparison = table()
    head, *rows = repr(comparison).splitlines()
    assert len(rows) == 2
    assert rows[0].index("0 of 2") == head.index("success")
    assert "LQR &lt;from the top&gt;" in comparison._repr_html_()
