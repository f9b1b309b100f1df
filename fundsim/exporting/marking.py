"""Words as XML can hold them."""

from __future__ import annotations

import re

_NO_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def for_xml(text: str) -> str:
    r"""Put a sign for what is unknown in place of characters that no XML may hold.

    >>> for_xml("a bell \x07") == "a bell \ufffd"
    True
    """
    return _NO_XML.sub("\ufffd", text)
