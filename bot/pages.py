"""What all pages have in common: the frame they extend (`page.html`), and how browsers are to treat those nobody should find."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

#: For pages whose address is their key: kept nowhere, told to nobody, and nothing comes into them from elsewhere.
CARE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


def template(name: str) -> Template:
    """A page to be filled in: what is not given fails aloud, and nothing stands in it unescaped."""
    return _PAGES.get_template(name)
