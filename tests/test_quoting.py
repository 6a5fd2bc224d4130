"""What may be shown of a stranger's text."""

import pytest

from desktop.quoting import quoted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.2.3", "1.2.3"),
        ("x" * 64, "x" * 64),
        ("x" * 65, "x" * 64 + "..."),
        ("x" * 10**6, "x" * 64 + "..."),
        ("\x1b[1mé\ud800\n", "[1mé"),
        ("\0" * 1000, "..."),
    ],
)
def test_quoted(text, expected):
    assert quoted(text) == expected
