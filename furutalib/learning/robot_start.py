"""The trained policy that learning on a robot begins with."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path

from furutalib.facts.errors import ConfigurationError, PolicyError
from furutalib.learning.named_rewards import REWARDS
from furutalib.learning.policy_folder import (
    PolicyInfo,
    check_same_rate,
    check_same_robot,
    load_policy,
)
from furutalib.learning.reward_source import reward_source, source_hash
from furutalib.learning.rewards import RewardWeights
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.run_config import RunConfig
from furutalib.learning.settings import SACSettings, from_mapping
from furutalib.learning.stages import WrapperSettings

MODEL = "model.zip"
# What the networks in the file are made for.
_SHAPE = ("hidden", "activation", "use_sde")
_EPISODES_FIRST = 1_200  # steps before the first updates: the first evaluation, as a rule
_EVALUATE_EVERY = 2_000


@dataclass(frozen=True)
class StartPolicy:
    """A policy that can be refined, and how it was trained."""

    folder: Path
    info: PolicyInfo
    settings: SACSettings

    @property
    def wrappers(self) -> WrapperSettings:
        """Those it works with."""
        return self.info.wrappers.without_randomisation()

    def reward(self) -> RewardWeights | str:
        """What its critics value.

        Raises:
            PolicyError: a reward of the learner's own, which must be given again.
        """
        own = self.info.training["own_reward"]
        if own is None:
            return RewardWeights(**self.info.training["reward"])
        for name, function in REWARDS.items():
            if source_hash(reward_source(function)) == own:
                return name
        raise PolicyError(
            f"policy {self.info.name!r} was trained with a reward of its learner's own; give the "
            "same again, for example reward=load_reward('reward.py') with the file of its run"
        )

    def check(self, config: RunConfig) -> None:
        """Refuse what its networks do not fit.

        Raises:
            PolicyError: other wrappers or another task.
            ConfigurationError: settings of another network.
        """
        load_policy(self.folder, wrappers=config.wrappers)
        if config.task != self.info.task:
            raise PolicyError(
                f"policy {self.info.name!r} was trained for {self.info.task!r}, not for "
                f"{config.task!r}; give task={self.info.task!r}"
            )
        asked, trained = asdict(config.settings), asdict(self.settings)
        for name in _SHAPE:
            if asked[name] != trained[name]:
                raise ConfigurationError(
                    f"{name} = {asked[name]!r}, but the policy to begin with was trained with "
                    f"{trained[name]!r}; leave it out"
                )


def load_start(folder: str | Path, place: RobotPlace, allow_other_robot: bool) -> StartPolicy:
    """A policy folder, or the best policy of a run folder, to go on learning from.

    Raises:
        PolicyError: it is damaged, was not trained by SAC, has no stable-baselines3 file, or was
            trained for another robot or rate.
    """
    given = Path(folder).resolve()
    found = given / "best" if (given / "best" / "policy.json").is_file() else given
    info = load_policy(found).info
    algorithm = info.training.get("algorithm", "unknown")
    if algorithm != "sac":
        raise PolicyError(
            f"policy {info.name!r} was trained by {algorithm!r}; learning goes on with SAC, which "
            "needs SAC's critics: train one in simulation with furutalib.train(algorithm='sac', "
            "...) and begin with that"
        )
    if not (found / MODEL).is_file():
        raise PolicyError(
            f"{found} has no {MODEL}, which holds the critics; begin with the policy folder as "
            "its training wrote it"
        )
    robot = place.description()
    check_same_rate(info, robot)
    if not allow_other_robot:
        check_same_robot(info, robot)
    settings = from_mapping(SACSettings, info.training["settings"])
    settings = replace(
        settings,
        train_freq=1,
        train_freq_unit="episode",
        gradient_steps=-1,
        learning_starts=_EPISODES_FIRST,
        evaluate_every=_EVALUATE_EVERY,
    )
    return StartPolicy(found, info, settings)
