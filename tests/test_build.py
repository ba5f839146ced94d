import json
import shutil
from pathlib import Path

import nbformat
import pytest

from furutalib.lessons import build
from furutalib.lessons.source import SETUP

COURSE_NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
SOURCE = f"""\
# %% [markdown] tags=["title"]
# What it is about.

# %% [markdown] tags=["map"]
# Last time: nothing.

# %% tags=["setup"]
{SETUP}


# %%
def double(x):
    # solution
    return 2 * x
    # end


# %% [markdown] tags=["hints"]
# - What is twice?

# %%
x = 1

# %%
x = 1
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "01_cartpole.py").write_text(SOURCE)
    return tmp_path


def text_of(path):
    return "\n".join("".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"])


def test_both_versions_are_valid_notebooks_without_outputs(folder):
    build.write(folder)
    for path in (folder / "01_cartpole.ipynb", folder / "solutions" / "01_cartpole.ipynb"):
        notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
        nbformat.validate(notebook)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
        assert set(notebook.metadata) == {"kernelspec", "language_info"}
        assert notebook.metadata.kernelspec.name == "python3"


def test_the_solution_is_folded_for_the_learner_and_open_in_the_solution_version(folder):
    build.write(folder)
    learner = text_of(folder / "01_cartpole.ipynb")
    solution = text_of(folder / "solutions" / "01_cartpole.ipynb")
    assert "raise NotImplementedError" in learner
    assert "<summary>Solution</summary>" in learner
    assert "raise NotImplementedError" not in solution
    assert "<summary>Solution</summary>" not in solution
    assert learner.count("return 2 * x") == solution.count("return 2 * x") == 1
    assert "solution version" in solution
    assert "solution version" not in learner


def test_title_and_map_come_from_the_catalogue(folder):
    build.write(folder)
    learner = text_of(folder / "01_cartpole.ipynb")
    assert "# 01 · Cartpole" in learner
    assert "**01 Cartpole**" in learner


def test_the_same_source_gives_the_same_bytes_and_cell_ids_survive_an_insertion(folder):
    first = build.generated(folder)
    assert first == build.generated(folder)
    source = folder / "source" / "01_cartpole.py"
    source.write_text(SOURCE.replace("# %%\nx = 1", "# %%\ny = 2\n\n# %%\nx = 1", 1))
    path = folder / "01_cartpole.ipynb"
    before = [cell["id"] for cell in json.loads(first[path])["cells"]]
    after = [cell["id"] for cell in json.loads(build.generated(folder)[path])["cells"]]
    assert len(set(before)) == len(before)
    assert set(before) < set(after)


def test_check_names_what_differs_and_writes_nothing(folder, capsys):
    path = folder / "01_cartpole.ipynb"
    assert build.main(["--folder", str(folder), "--check"]) == 1
    assert str(path) in capsys.readouterr().out
    assert not path.exists()
    assert build.main(["--folder", str(folder)]) == 0
    assert build.main(["--folder", str(folder), "--check"]) == 0
    path.write_bytes(path.read_bytes() + b" ")
    capsys.readouterr()
    assert build.main(["--folder", str(folder), "--check"]) == 1
    assert capsys.readouterr().out == f"out of date: {path}\n"


def test_a_notebook_without_a_source_is_found_and_removed(folder):
    build.write(folder)
    stray = folder / "99_old.ipynb"
    shutil.copy(folder / "01_cartpole.ipynb", stray)
    assert build.out_of_date(folder) == [stray]
    build.write(folder)
    assert not stray.exists()


def test_a_broken_source_fails_with_a_message_and_changes_nothing(folder, capsys):
    source = folder / "source" / "01_cartpole.py"
    source.write_text(SOURCE.replace("    # end\n", ""))
    assert build.main(["--folder", str(folder)]) == 1
    assert "'# end'" in capsys.readouterr().err
    assert not (folder / "01_cartpole.ipynb").exists()


def test_the_notebooks_of_the_course_are_in_sync_with_their_sources():
    assert build.out_of_date(COURSE_NOTEBOOKS) == []
