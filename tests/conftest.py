"""What every test starts from: no display, no account, no colours; and a browser for those that
ask for one."""

import itertools
import os
import signal
from collections.abc import Callable, Iterator

import pytest
from browser import make_course, off_the_network
from playwright.sync_api import Browser

from furutalib.lessons.browser import Lab, Notebook, Watch, chromium, chromium_path, jupyter_lab

os.environ["MPLBACKEND"] = "Agg"
os.environ["CI"] = "1"
os.environ["NO_COLOR"] = "1"
for name in ("WANDB_API_KEY", "WANDB_MODE", "WANDB_DIR"):
    os.environ.pop(name, None)

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def usual_signals() -> Iterator[None]:
    """The usual answer to signals, for tests that send them to processes that they start.

    What a shell or nohup runs in the background ignores some, and so would its children.
    """
    before = {}
    for name in ("SIGINT", "SIGHUP", "SIGQUIT"):
        usual = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
        if hasattr(signal, name):
            number = getattr(signal, name)
            before[number] = signal.signal(number, usual)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module: its event loop must be gone before other tests start theirs."""
    if chromium_path() is None:
        pytest.skip("there is no Chromium on this computer (Debian: apt install chromium)")
    with chromium() as program:
        yield program


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab in a course of its own, with the learner's copies, and without a network."""
    state = tmp_path_factory.mktemp("lab")
    course = make_course(tmp_path_factory.mktemp("course"))
    with jupyter_lab(course, state, off_the_network(state)) as running:
        yield running


@pytest.fixture
def watch(browser: Browser, lab: Lab) -> Iterator[Watch]:
    """An empty page, in which nothing may go wrong and which may ask nothing of other hosts."""
    page = Watch(browser, lab.url, viewport={"width": 1366, "height": 768})
    yield page
    page.close()
    assert page.foreign == [], "the page asked another host"
    assert page.errors == []
    attempts = lab.log.with_name("network-attempts")
    assert not attempts.exists(), attempts.read_text()


@pytest.fixture
def open_notebook(watch: Watch, lab: Lab) -> Iterator[Callable[..., Notebook]]:
    """Opens a notebook by its path, or one made of cells; no error may show in it."""
    opened: list[Notebook] = []

    def open_it(*cells: str, path: str = "") -> Notebook:
        path = path or lab.write(f"work/test-{next(_NUMBERS)}", cells)
        opened.append(Notebook(watch.page, lab, path))
        return opened[-1]

    yield open_it
    for notebook in opened:
        errors = notebook.errors()
        notebook.close()
        assert errors == []
