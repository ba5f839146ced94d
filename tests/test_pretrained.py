"""The list of shipped policies is what their cards say."""

from dataclasses import replace
from pathlib import Path

import pytest

from furutalib.facts.paths import data_folder
from furutalib.learning.policy_folder import load_policy, save_policy
from furutalib.learning.pretrained import COLUMNS, card_row, pretrained, table
from furutalib.learning.stages import WrapperSettings

REMAKE = "make it again: python data/policies/make.py --readme"


def test_the_readme_is_made_from_the_cards() -> None:
    text = (data_folder() / "policies" / "README.md").read_text(encoding="utf-8")
    assert text.endswith("\n\n" + table()), REMAKE
    for folder in pretrained():
        assert f"[{folder.name}]({folder.name}/CARD.md)" in text


def test_a_row_says_what_the_card_does() -> None:
    row = card_row(data_folder() / "policies" / "ppo-full")
    assert list(row) == list(COLUMNS)
    assert (row["how"], row["on"], row["test"]) == ("PPO", "course, everything on", "100/100")
    assert row["wrappers"] == "history 2, dead zone compensation 0.08"
    assert row["seeds"] == "99 to 100 in 5 seeds"


def test_a_policy_of_which_little_is_known_has_a_row_too(tmp_path: Path) -> None:
    policy = load_policy(data_folder() / "policies" / "ppo-full")
    drawn = WrapperSettings(history=2, randomisation={"arm.mass_kg": 0.1, "motor.coulomb_nm": 0.5})
    info = replace(policy.info, metrics={}, training={}, wrappers=drawn)
    row = card_row(save_policy(tmp_path / "mine", policy.network, info))
    assert row["wrappers"] == "history 2, 2 parameters drawn"
    assert row["on"] == "course"
    assert {row[key] for key in ("how", "test", "seeds", "swing_up_s", "shipped")} == {""}


@pytest.mark.parametrize("folder", pretrained(), ids=lambda folder: folder.name)
def test_every_card_has_hyperparameters_command_and_figures_over_seeds(folder: Path) -> None:
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    for part in ("How good it is", "Over seeds", "How it was made", "Where it may fail"):
        assert f"\n## {part}\n" in card
    assert "- command: furutalib.train" in card
    assert '"learning_rate"' in card
    assert f"python data/policies/make.py {folder.name}" in card
