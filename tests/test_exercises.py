import pytest

from furutalib.lessons import exercises
from furutalib.lessons.exercises import Wrong, call, check, exercise


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setattr(exercises, "_CHECKS", {})

    @exercise("99-a")
    def double(answer):
        if call(answer, 3) == 9:
            raise Wrong("That is the square; twice is <asked>.")
        if call(answer, 3) != 6:
            raise Wrong("Not twice.")


def stub(x):
    raise NotImplementedError("not done yet")


def test_a_stub_is_not_done_yet():
    assert check("99-a", stub).status == "not done yet"


def test_a_right_answer_passes():
    verdict = check("99-a", lambda x: 2 * x)
    assert verdict.passed
    assert "99-a: passed" in repr(verdict)


def test_a_foreseen_mistake_gets_its_hint_readable_in_text_and_html():
    verdict = check("99-a", lambda x: x * x)
    assert verdict.status == "not right yet"
    assert "<asked>" in repr(verdict)
    assert "&lt;asked&gt;" in verdict._repr_html_()


def test_an_error_in_the_answer_is_explained_with_its_line():
    def broken(x):
        return x / 0

    verdict = check("99-a", broken)
    assert verdict.status == "stopped by an error"
    assert "ZeroDivisionError" in verdict.message
    assert "return x / 0" in verdict.message


@pytest.mark.parametrize(("answer", "hint"), [(6, "not a function"), (lambda x: None, "return")])
def test_what_is_no_function_or_returns_nothing_gets_its_own_hint(answer, hint):
    assert hint in check("99-a", answer).message


def test_an_unknown_exercise_names_the_known_ones():
    verdict = check("99-z", stub)
    assert verdict.status == "unknown"
    assert "99-a" in verdict.message


def test_a_number_without_a_module_of_checks_is_unknown():
    assert check("77-a", stub).status == "unknown"
    assert check("welcome", stub).status == "unknown"


def test_ctrl_c_goes_through():
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("99-a", interrupted)


def test_a_check_may_say_something_of_its_own_when_it_passes():
    @exercise("99-b")
    def count(answer):
        return f"All {answer} of them."

    assert check("99-b", 7).message == "All 7 of them."
    assert check("99-a", lambda x: 2 * x).message == "Well done."
