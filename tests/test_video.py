"""A rollout becomes a moving picture at real speed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from furutalib.facts.robot import load_robot
from furutalib.learning.controllers import ArmPD
from furutalib.learning.rollout import collect
from furutalib.learning.video import save_video
from furutalib.machine.robot import Start

ROLLOUT = collect(
    ArmPD(load_robot("course"), target_rad=1.0), [Start(), Start(0.3, 0.2)], duration_s=0.6
)


def test_real_speed_and_it_moves(tmp_path: Path):
    with Image.open(save_video(ROLLOUT, tmp_path / "a.gif")) as picture:
        assert picture.n_frames == 15
        assert picture.info["duration"] == 40
        first = np.asarray(picture.convert("RGB"), int)
        picture.seek(14)
        assert (np.abs(np.asarray(picture.convert("RGB"), int) - first) > 60).sum() > 500


def test_it_ends_where_the_episode_ended(tmp_path: Path):
    angles = ROLLOUT.arm_angle_rad.copy()
    angles[1, 10:] = np.nan
    save_video(replace(ROLLOUT, arm_angle_rad=angles), tmp_path / "a.gif", index=1)
    with Image.open(tmp_path / "a.gif") as picture:
        assert picture.n_frames == 5
