"""A code that an operator scans with a phone to log an account in, as something to look at."""

from io import StringIO

import segno


def drawn(code: str) -> str:
    """For a log that is read in a terminal."""
    drawing = StringIO()
    segno.make(code, error="l").terminal(out=drawing, compact=True, border=2)
    return drawing.getvalue()


def pictured(code: str) -> str:
    """For a page: dark on white, whatever the page's colours are."""
    return str(segno.make(code, error="m").svg_inline(scale=4, border=3, dark="#000", light="#fff"))
