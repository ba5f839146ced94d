import re

import nbformat

from furutalib.lessons import book
from furutalib.lessons.book import page, with_mathml


def test_formulas_become_mathml_but_code_does_not():
    text = with_mathml("A return $G_t$ and $$G = \\sum_t r_t$$ but `$HOME` and\n```\n$x$\n```\n")
    assert text.count("<math") == 2
    assert 'display="block"' in text
    assert "`$HOME`" in text
    assert "\n$x$\n" in text


def test_a_formula_may_go_on_in_the_next_line_but_not_in_the_next_paragraph():
    assert with_mathml("a $x +\ny$ b").count("<math") == 1
    assert with_mathml("costs 3 $ here\n\nand 4 $ there") == "costs 3 $ here\n\nand 4 $ there"


def test_one_line_stands_for_all_the_widgets_of_a_cell():
    bars = [
        nbformat.v4.new_output(
            "display_data",
            {
                "application/vnd.jupyter.widget-view+json": {"model_id": str(n)},
                "text/plain": "HBox(",
            },
        )
        for n in range(3)
    ]
    said = nbformat.v4.new_output("stream", text="done")
    cell = nbformat.v4.new_code_cell("train()", outputs=[*bars, said])
    html = page("01_cartpole", nbformat.v4.new_notebook(cells=[cell]))
    assert html.count("In the notebook there is something here") == 1
    assert "HBox(" not in html
    assert "done" in html


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


def page_of(output):
    cell = nbformat.v4.new_code_cell(
        "view", outputs=[nbformat.v4.new_output("display_data", output)]
    )
    return page("01_cartpole", nbformat.v4.new_notebook(cells=[cell]))


def test_only_a_page_with_a_view_loads_the_script_that_lies_beside_it():
    still = '<div data-furuta-kind="scene" data-furuta-payload="{}"><img alt="a pendulum"></div>'
    assert page_of({"text/html": still}).count('<script src="view.js"></script>') == 1
    assert "<script" not in page_of({"text/html": "<b>still</b>"})


def test_the_book_runs_the_solutions_and_lists_them(tmp_path, monkeypatch, capsys):
    solutions = tmp_path / "notebooks" / "solutions"
    solutions.mkdir(parents=True)
    cells = [nbformat.v4.new_code_cell("print(6 * 7)")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), solutions / "00_welcome.ipynb")
    monkeypatch.setattr(book, "course_folder", lambda: tmp_path)
    assert book.main([]) == 0
    assert "42" in (tmp_path / "book" / "00_welcome.html").read_text()
    assert "three" in (tmp_path / "book" / "view.js").read_text()
    assert 'href="00_welcome.html"' in (tmp_path / "book" / "index.html").read_text()
    assert "index.html" in capsys.readouterr().out


def test_the_book_says_so_where_there_is_no_course(monkeypatch, capsys):
    monkeypatch.setattr(book, "course_folder", lambda: None)
    assert book.main([]) == 1
    assert "no course here" in capsys.readouterr().err
