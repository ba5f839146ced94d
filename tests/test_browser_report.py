"""A report opened as a plain file in a real browser: it plays, and asks nobody for anything."""

import pytest
from report_folders import make_recording, make_run

from furutalib.lessons.browser import Watch
from furutalib.view.report import report

pytestmark = pytest.mark.xdist_group("browser-views")

SCENE = "document.querySelector('.furuta-scene')?.dataset"
HARM = "<script>document.title = 'harmed'</script><img src=x onerror=\"document.title = 'harmed'\">"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 800}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    runs = [make_run(folder / f"run{k}", seed=k, continuity=k, notes=HARM) for k in (0, 1)]
    recording = make_recording(folder / "episode-0001.csv", trip=HARM)
    made = report(*runs, recording, to=folder / "report.html", notes=HARM)
    for other in folder.iterdir():  # nothing beside the report is of use to it
        if other.name != made.name:
            other.rename(folder.parent / f"{folder.name}-{other.name}")
    return made.resolve()


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (NARROW, "dark")])
def test_a_report_plays_from_a_file_and_moves_where_it_is_sent(browser, file, size, theme):
    watch = Watch(browser, file.as_uri(), viewport=size, color_scheme=theme)
    page = watch.page
    page.goto(file.as_uri())
    page.wait_for_function(f"() => {SCENE}?.ready === 'true' && {SCENE}.ghosts === '2'")
    page.eval_on_selector(".furuta-scene", "(scene) => scene.scrollIntoView()")
    page.wait_for_function(f"() => {SCENE}.frames > 3 && {SCENE}.time > 0")
    shown = []
    for key, time in (("Home", "0.000"), ("End", "2.000")):
        page.locator(".furuta-scene input[type=range]").press(key)
        page.wait_for_function(f"(time) => {SCENE}.time === time", arg=time)
        shown.append(
            (page.evaluate(f"{SCENE}.state"), page.locator(".furuta-picture").screenshot())
        )
    assert shown[0][0] != shown[1][0]
    assert shown[0][1] != shown[1][1]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.title() != "harmed"
    assert "onerror" in page.inner_text("blockquote")
    dark = page.evaluate(
        "document.querySelector('.furuta-scene').classList.contains('furuta-dark')"
    )
    assert dark == (theme == "dark")
    watch.close()
    assert (watch.foreign, watch.errors) == ([], [])


def test_without_scripts_the_report_is_still_there_to_read(browser, file):
    watch = Watch(browser, file.as_uri(), viewport=WIDE, java_script_enabled=False)
    watch.page.goto(file.as_uri())
    assert watch.page.locator("figure svg").count() >= 7
    assert watch.page.locator("img[alt*=moving]").is_visible()
    assert watch.page.get_by_text("swing-up, median").first.is_visible()
    watch.close()
    assert watch.foreign == []
