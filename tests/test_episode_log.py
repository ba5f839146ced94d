from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env

from furutalib.lessons.episode_log import EpisodeLog


def test_every_episode_of_a_training_is_noted_and_the_bar_ends_full():
    log = EpisodeLog("seed 0")
    environments = make_vec_env("CartPole-v1", n_envs=2, seed=0)
    model = PPO("MlpPolicy", environments, n_steps=64, batch_size=64, n_epochs=1, seed=0)
    model.learn(256, callback=log)
    assert 4 <= len(log.lengths) == len(log.practice)
    assert sum(log.lengths) <= 256
    assert log.practice == sorted(log.practice)
    practice, mean = log.smoothed(window=3)
    assert len(practice) == len(mean) == len(log.lengths) - 2
    assert mean[0] == sum(log.lengths[:3]) / 3
    assert log._bar.value == 1
    assert "256 steps of practice" in log._text.value


def test_smoothing_copes_with_fewer_episodes_than_its_window():
    log = EpisodeLog("short")
    log.practice, log.lengths = [10, 20], [10, 20]
    practice, mean = log.smoothed(window=20)
    assert list(practice) == [20]
    assert list(mean) == [15]
