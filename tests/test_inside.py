import html
import re
from pathlib import Path

from furutalib.lessons.inside import Inside


def test_a_page_is_shown_whole_and_kept_apart(tmp_path: Path) -> None:
    page = '<h1 title="a">5 < 6 & "so"</h1><script>let a = 1 && 2;</script>'
    file = tmp_path / "my page.html"
    file.write_text(page)
    shown = Inside(file, 300)._repr_html_()
    inner = re.search(r'srcdoc="([^"]*)"', shown)
    assert inner
    assert html.unescape(inner[1]) == page
    assert 'sandbox="allow-scripts"' in shown
    assert 'height="300"' in shown
    assert repr(Inside(file)) == f"the page {file}"
