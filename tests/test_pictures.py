"""Drawings in a notebook."""

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.pictures import picture


def test_a_drawing_has_words_and_a_white_ground(tmp_path):
    file = tmp_path / "a.svg"
    file.write_text("<svg/>")
    shown = picture(file, 'a "wire"')
    assert repr(shown) == 'Picture: a "wire"'
    page = shown._repr_html_()
    assert "PHN2Zy8+" in page
    assert 'alt="a &quot;wire&quot;"' in page
    assert "background: white" in page
    assert "min-width" not in page
    assert "min-width" in picture(file, "a", wide=True)._repr_html_()


def test_a_missing_one_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"no picture .*none\.svg"):
        picture(tmp_path / "none.svg", "")
