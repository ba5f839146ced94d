"""The browser tests see what goes wrong in a page; each way to go wrong is tried here once."""

import pytest

from furutalib.lessons.browser import Notebook, Watch, jupyter_lab

pytestmark = pytest.mark.xdist_group("browser-views")

BROKEN_CALLBACK = (
    "import ipywidgets\n"
    "button = ipywidgets.Button(description='break')\n"
    "button.on_click(lambda _: 1 / 0)\n"
    "button\n"
)
BROKEN_VIEW = (
    "import anywidget\n"
    "class Broken(anywidget.AnyWidget):\n"
    "    _esm = 'export default { render() { throw new Error(\"no picture\"); } }'\n"
    "Broken()\n"
)


@pytest.fixture
def careless(browser, lab):
    """A page in which things may go wrong."""
    watch = Watch(browser, lab.url)
    yield watch
    watch.close()


def test_an_error_in_a_widget_callback_is_seen(careless, lab):
    notebook = Notebook(careless.page, lab, lab.write("work/broken-callback", [BROKEN_CALLBACK]))
    notebook.run()
    assert notebook.errors() == []
    careless.page.click("button.jupyter-button")
    notebook.until("furuta.errors().length > 0")
    assert "ZeroDivisionError: division by zero" in notebook.errors()[0]
    notebook.close()


def test_an_error_in_a_task_is_seen(careless, lab):
    task = "import asyncio\nasync def fail(): 1 / 0\n"
    cells = [task, "asyncio.get_running_loop().call_soon(lambda: 1 / 0)"]
    notebook = Notebook(careless.page, lab, lab.write("work/broken-task", cells))
    notebook.run()
    notebook.until("furuta.errors().length > 0")
    assert "ZeroDivisionError" in notebook.errors()[0]
    notebook.close()


def test_an_error_in_a_view_and_in_a_cell_are_seen(careless, lab):
    cells = [BROKEN_VIEW, "undefined_name"]
    notebook = Notebook(careless.page, lab, lab.write("work/broken-view", cells))
    notebook.run()
    notebook.until("furuta.errors().length > 0")
    assert "NameError: name 'undefined_name' is not defined" in notebook.errors()[0]
    assert "no picture" in " ".join([*careless.errors, *notebook.errors()])
    notebook.close()


def test_requests_to_other_hosts_are_refused_and_noted(careless, lab):
    page = careless.page
    page.goto(f"{lab.url}lab")
    ask = "(url) => fetch(url).then(() => 'answered', () => 'refused')"
    assert page.evaluate(ask, f"{lab.url}api/status") == "answered"
    assert careless.foreign == []
    assert page.evaluate(ask, "http://192.0.2.1/library.js") == "refused"
    with page.expect_websocket(lambda socket: "192" in socket.url):
        page.evaluate("() => { new WebSocket('ws://192.0.2.1/live'); }")
    assert careless.foreign == ["http://192.0.2.1/library.js", "ws://192.0.2.1/live"]


def test_errors_of_the_page_are_noted(careless, lab):
    page = careless.page
    page.goto(f"{lab.url}api")
    with page.expect_event("pageerror"):
        page.evaluate("() => { setTimeout(() => { throw new Error('outside'); }); }")
    with page.expect_event("console"):
        page.evaluate("() => { console.error('alas'); }")
    assert [error.partition(" (")[0] for error in careless.errors] == ["outside", "alas"]


def test_a_server_that_does_not_start_says_why(tmp_path):
    with (
        pytest.raises(RuntimeError, match=r"did not start:\n(?s:.*)No module named 'encodings'"),
        jupyter_lab(tmp_path, tmp_path / "state", {"PYTHONHOME": "/nowhere"}),
    ):
        pass
