"""The views in a page of their own, opened as a plain file without a kernel and a server."""

import re

_EXPORTS = re.compile(r"export\s*\{(?P<names>[^{}]*)\};?\s*\Z")


def page_script(bundle: str) -> str:
    """The views' module as a plain script that brings the page to life.

    Browsers load no module into a page that is opened as a file.
    """
    exports = _EXPORTS.search(bundle)
    if exports is None:
        raise ValueError("the bundle of the views exports nothing; make it anew with `make view`")
    pairs = [pair.split(" as ") for pair in exports["names"].split(",")]
    names = {pair[-1].strip(): pair[0].strip() for pair in pairs}
    body = bundle[: exports.start()]
    return f"(() => {{\n'use strict';\n{body}\n{names['mountPage']}();\n}})();\n"
