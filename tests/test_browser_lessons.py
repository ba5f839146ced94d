"""Every lesson as a learner opens it: Run All in JupyterLab, in a browser, without a network."""

from collections.abc import Callable

import pytest
from browser import ROOT, take_pictures

from furutalib.lessons.browser import Notebook

pytestmark = pytest.mark.xdist_group("browser-lessons")

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
RUN_S = 600.0


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_from_top_to_bottom(
    open_notebook: Callable[..., Notebook], name: str
) -> None:
    notebook = open_notebook(path=f"work/{name}.ipynb")
    notebook.run(RUN_S)
    take_pictures(notebook, name)  # of what went wrong, too
    assert notebook.errors() == []
    counts = notebook.page.evaluate("() => furuta.counts()")
    assert counts == list(range(1, len(counts) + 1))
