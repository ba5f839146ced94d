import html
import json
import re

from furutalib.view.widget import View, library


class Words(View):
    kind = "words"


def test_one_library_serves_every_view():
    first, second = Words({"label": "a"}), Words({"label": "b"})
    assert first.library == second.library == library().model_id
    assert first.model_id != second.model_id
    assert first.kind == "words"
    assert "code" not in first.get_state()


def test_the_library_holds_the_bundle_and_its_version():
    state = library().get_state()
    assert "export{" in state["code"]
    assert state["code"].startswith(state["version"])
    assert re.search(r"[0-9a-f]{12}", state["version"])


def test_an_exported_page_gets_the_payload_and_a_still():
    view = Words({"label": "<b> & 'quotes' \"\"", "n": [1, 2]})
    bundle = view._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == view.model_id
    found = re.fullmatch(
        r'<div data-furuta-kind="words" data-furuta-payload="([^"]*)">(.*)</div>',
        bundle["text/html"],
    )
    assert json.loads(html.unescape(found[1])) == view.payload
    assert html.unescape(found[2]) == f"<em>{view.payload['label']}</em>"
    assert "<b>" not in bundle["text/html"]
    assert bundle["text/plain"] == f"Words: {view.payload['label']}"


def test_the_widget_itself_is_small():
    assert len(Words({"label": "x"}).get_state()["_esm"]) < 4000
