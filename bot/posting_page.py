"""The page from which volunteers post a notice by hand: each message in one block, copied with one touch.

Its address holds the seal of what was approved, so that only who was given it finds it, and it shows that form and no other."""

from urllib.parse import quote

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response

from bot.pages import CARE, template
from handlers import files
from handlers.base import Attachment
from handlers.notices import by_hand
from handlers.notices.rules import POSTING
from handlers.store import Store


def attach(app: FastAPI, store: Store) -> None:
    """Serve the pages of all notices, and the files that go along with them."""
    page = template("posting_page.html")

    @app.get(POSTING + "/{seal}", response_class=HTMLResponse)
    def show(seal: str) -> HTMLResponse:
        with store.reading() as session:
            notice = by_hand.approved_as(session, seal)
            postings = by_hand.postings(session, notice) if notice else []
            shown = page.render(notice=notice, postings=postings, files=f"{POSTING}/{seal}")
        return HTMLResponse(shown, status_code=200 if notice else 404, headers=CARE)

    @app.get(POSTING + "/{seal}/{digest}")
    def file(seal: str, digest: str) -> Response:
        with store.reading() as session:
            notice = by_hand.approved_as(session, seal)
            found = files.of(session, digest) if notice and by_hand.is_enclosed(notice, digest) else None
        return _sent(found) if found else Response(status_code=404, headers=CARE)


def _sent(file: files.File) -> Response:
    """A picture is shown, everything else is saved."""
    saved = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"}
    how = {} if file.kind == Attachment.IMAGE else saved
    return Response(file.content, media_type=file.media_type, headers=CARE | how)
