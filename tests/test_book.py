import re

import nbformat

from furutalib.lessons.book import page, with_mathml


def test_formulas_become_mathml_but_code_does_not():
    text = with_mathml("A return $G_t$ and $$G = \\sum_t r_t$$ but `$HOME` and\n```\n$x$\n```\n")
    assert text.count("<math") == 2
    assert 'display="block"' in text
    assert "`$HOME`" in text
    assert "\n$x$\n" in text


def test_a_page_fetches_nothing_and_links_to_pages():
    widget = {
        "application/vnd.jupyter.widget-view+json": {"model_id": "1"},
        "text/html": "<b>still</b>",
    }
    output = nbformat.v4.new_output("display_data", widget)
    cells = [
        nbformat.v4.new_markdown_cell("# Title\n[next](01_cartpole.ipynb) $x^2$"),
        nbformat.v4.new_code_cell("1 + 1", outputs=[output]),
    ]
    html = page("00_welcome", nbformat.v4.new_notebook(cells=cells))
    assert "<script" not in html
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', html) == []
    assert 'href="01_cartpole.html"' in html
    assert "<b>still</b>" in html
    assert "<math" in html
