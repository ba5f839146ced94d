import ast

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.source import (
    MAX_CELL_LINES,
    SETUP,
    for_learner,
    for_solution,
    hint_ladder,
    read_source,
)

TITLE = '# %% [markdown] tags=["title"]\n# What it is about.\n\n'
SETUP_CELL = f'# %% tags=["setup"]\n{SETUP}\n\n'
EXERCISE = """\
def double(x):
    \"\"\"Twice x.\"\"\"
    # solution
    return 2 * x
    # end"""
HINTS = '# %% [markdown] tags=["hints"]\n# - What is twice?\n# - Use\n#   `*`.\n\n'


def read(tmp_path, text):
    path = tmp_path / "01_cartpole.py"
    path.write_text(text)
    return read_source(path)


def test_a_lesson_is_read_into_cells(tmp_path):
    cells = read(tmp_path, TITLE + SETUP_CELL + f"# %%\n{EXERCISE}\n\n" + HINTS)
    assert [cell.kind for cell in cells] == ["markdown", "code", "code", "markdown"]
    assert [cell.is_exercise for cell in cells] == [False, False, True, False]


def test_the_learner_gets_a_stub_that_is_valid_python_and_says_not_done():
    code = for_learner(EXERCISE)
    assert "2 * x" not in code
    space = {}
    exec(compile(ast.parse(code), "cell", "exec"), space)
    with pytest.raises(NotImplementedError):
        space["double"](1)


def test_the_solution_runs_and_carries_no_marks():
    code = for_solution(EXERCISE)
    assert "# solution" not in code
    assert "# end" not in code
    space = {}
    exec(compile(ast.parse(code), "cell", "exec"), space)
    assert space["double"](4) == 8


def test_code_without_a_solution_is_left_alone():
    assert (
        for_learner("x = 1  # end of it")
        == for_solution("x = 1  # end of it")
        == "x = 1  # end of it"
    )


def test_hints_are_folded_one_by_one_and_the_solution_comes_last():
    text = hint_ladder("- What is twice?\n- Use\n  `*`.", "return 2 * x")
    assert text.count("<details>") == text.count("</details>") == 3
    assert text.index("Hint 1") < text.index("Hint 2") < text.index("Solution")
    assert "Use `*`." in text
    assert "```python\nreturn 2 * x\n```" in text
    assert "Solution" not in hint_ladder("- a", None)


LONG = "\n".join(f"x{i} = {i}" for i in range(MAX_CELL_LINES + 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TITLE + SETUP_CELL + f"# %%\n{LONG}\n", "cell 3 (x0 = 0): 16 lines, allowed are 15"),
        (TITLE + SETUP_CELL + '# %% tags=["exrcise"]\nx = 1\n', "unknown tag 'exrcise'"),
        (
            TITLE + SETUP_CELL + "# %%\ndef f():\n    # solution\n    return 1\n",
            "without its '# end'",
        ),
        (TITLE + SETUP_CELL + "# %%\ndef f():\n    return 1\n    # end\n", "without its '# end'"),
        (TITLE + f"# %%\nx = 1\n\n{SETUP_CELL}", "the first code cell must be the setup cell"),
        (TITLE + SETUP_CELL.replace("True", "False"), "the same in every lesson"),
        (TITLE + SETUP_CELL * 2, "more than one setup cell"),
        (SETUP_CELL, "must be the title card"),
        (TITLE + SETUP_CELL + f"# %%\n{EXERCISE}\n", "every exercise needs one cell of hints"),
        (TITLE + SETUP_CELL + HINTS, "every exercise needs one cell of hints"),
        (TITLE + SETUP_CELL + HINTS.replace("- ", ""), "hints are bullets"),
    ],
)
def test_a_broken_rule_is_refused_by_name(tmp_path, text, said):
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, text)
    assert said in str(caught.value)
    assert "01_cartpole.py" in str(caught.value)
