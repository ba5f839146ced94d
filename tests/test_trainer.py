"""What a round of learning reports about itself."""

import numpy as np
import pytest

from furutalib.learning.sb3_env import FurutaSB3VecEnv
from furutalib.learning.settings import PPOSettings, SACSettings
from furutalib.learning.trainer import COLUMNS, Trainer

TINY = {"hidden": (8,), "batch_size": 16, "learning_starts": 50, "gradient_steps": 2}


def sac(**settings):
    return Trainer(SACSettings(**{**TINY, **settings}), FurutaSB3VecEnv(1), seed=0)


def rounds(trainer, steps):
    rows = []
    while trainer.steps < steps:
        rows.append(trainer.advance())
    return rows


def test_a_row_has_every_column_but_the_clock_of_the_run():
    assert set(sac().advance()) == set(COLUMNS) - {"seconds"}


def test_c_of_exploration_shows_that_held_noise_changes_less():
    """Held for 16 steps the same noise changes about 16 times less often than in every step."""
    held, white = (
        np.mean([r["exploration_continuity"] for r in rounds(sac(sde_sample_freq=k), 2000)])
        for k in (16, 1)
    )
    assert 0 < held < white / 4


def test_steps_by_step_are_gathered_into_rounds_as_long_as_an_episode():
    trainer = sac(train_freq_unit="step", train_freq=1, use_sde=False, gradient_steps=1)
    row = trainer.advance()
    assert trainer.steps >= 400
    assert row["exploration_continuity"] > 1.0  # Gaussian noise, new in every step
    assert row["update_seconds"] > 0.0


def test_ppo_reports_c_of_clipped_actions():
    settings = PPOSettings(pendulums=4, n_steps=64, batch_size=64, n_epochs=1, log_std_init=2.0)
    row = Trainer(settings, FurutaSB3VecEnv(4), seed=0).advance()
    # a standard deviation of e^2 is clipped to nearly always -1 or 1: C = 100 * P(change) = 50
    assert row["exploration_continuity"] == pytest.approx(50, rel=0.25)


def test_n_steps_of_reward_reach_the_model():
    trainer = sac(n_steps=3)
    trainer.advance()
    assert trainer._model.replay_buffer.n_steps == 3
