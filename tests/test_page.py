import pytest

from furutalib.view.page import page_script


def test_the_module_of_the_views_becomes_a_plain_script():
    script = page_script("const a = 1, b = () => a;\nexport{a as mount,b as mountPage};\n")
    assert "export" not in script
    assert "\nb();\n" in script
    with pytest.raises(ValueError, match="make view"):
        page_script("const a = 1;")
