"""The page from which files are added to a draft of a notice: the way a picture gets from a phone to the bot."""

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse
from starlette.concurrency import run_in_threadpool

from bot.pages import CARE, template
from handlers.errors import Refusal
from handlers.files import MOST, PICTURES
from handlers.handling import Clock
from handlers.notices import uploading
from handlers.notices.rules import UPLOADING
from handlers.store import Store

LARGEST = max(MOST.values())  # MB
TOO_LARGE = f"文件太大，最多 {LARGEST} MB，没有收下。请压缩后再来。"


def attach(app: FastAPI, store: Store, *, clock: Clock) -> None:
    """Serve the pages of all drafts that were asked for one."""
    page = template("upload_page.html")

    @app.get(UPLOADING + "/{key}", response_class=HTMLResponse)
    def show(key: str) -> HTMLResponse:
        with store.reading() as session:
            notice = uploading.draft_at(session, key)
            shown = page.render(notice=notice, gone=uploading.GONE, most=LARGEST, pictures=PICTURES.values())
        return HTMLResponse(shown, status_code=200 if notice else 404, headers=CARE)

    @app.post(UPLOADING + "/{key}")
    async def take(key: str, name: str, request: Request) -> PlainTextResponse:
        content = await _body(request)
        code, said = (413, TOO_LARGE) if content is None else await run_in_threadpool(_keep, key, name, content)
        return PlainTextResponse(said, status_code=code, headers=CARE)

    def _keep(key: str, name: str, content: bytes) -> tuple[int, str]:
        try:
            with store.transaction() as session:
                return 200, uploading.upload(session, key, name, content, now=clock())
        except Refusal as refusal:
            return 422, str(refusal)


async def _body(request: Request) -> bytes | None:
    """What was sent; None when it is more than any file may be, and then no more of it is read."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST * 2**20:
            return None
    return bytes(content)
