"""The web app on loopback: health for people and for probes, and the door QQ dials."""

import errno
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette

from bot.errors import Unusable
from bot.health import Condition, Report
from bot.health_page import render

logger = logging.getLogger(__name__)

NO_DATABASE = {"status": "no database", "cure": "the database does not answer; check its disk or its server"}
#: Uvicorn's word, an error each time, on whoever is turned away before a WebSocket opens; who turns away tells it, and seldom.
TURNED_AWAY = "ASGI callable returned without completing handshake."
AWAY = "数据库没有应答，请过一会儿再打开。一直这样，请管理员看一看磁盘或数据库服务。"


def listen(host: str, port: int) -> socket.socket:
    """The web port, taken before anything slow begins. Raises Unusable."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        in_use = "stop the program that has it, or set another web.port in config.yml"
        cure = in_use if error.errno == errno.EADDRINUSE else "correct web.host or web.port in config.yml"
        raise Unusable(f"web: {host}:{port} cannot be used ({error.strerror}); {cure}") from error
    return listener


def build_web(examine: Callable[[], Report]) -> FastAPI:
    """Health at `/` for people and at `/health` for probes: 200 when it works, 503 while it starts or cannot. While the
    database is away, any page says so."""
    app = FastAPI(title="直通车", docs_url=None, redoc_url=None, openapi_url=None)

    @app.exception_handler(SQLAlchemyError)
    def away(_: Request, fault: Exception) -> PlainTextResponse:
        logger.error("a page waits: the database does not answer", exc_info=fault)
        return PlainTextResponse(AWAY, status_code=503)

    @app.head("/", response_class=HTMLResponse)
    @app.get("/", response_class=HTMLResponse)
    def page() -> HTMLResponse:
        return HTMLResponse(render(examine()))

    @app.head("/health")
    @app.get("/health")
    def health() -> JSONResponse:
        try:
            report = examine()
        except SQLAlchemyError:
            logger.exception("health: the database does not answer")
            return JSONResponse(NO_DATABASE, status_code=503)
        starting = report.condition == Condition.STARTING
        return JSONResponse(jsonable_encoder(report.as_json()), status_code=503 if starting else 200)

    return app


class Server(uvicorn.Server):
    """A server that leaves signals to the bot, which stops in its own order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def build_server(app: Starlette) -> Server:
    """Ready to `serve(sockets=[…])`. Frames are bounded, generously: one that is too long costs its sender the connection."""
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    return Server(
        uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws_max_size=2**24,
            ws_ping_interval=10.0,
            ws_ping_timeout=10.0,
            ws_per_message_deflate=False,
        )
    )


def _is_news(record: logging.LogRecord) -> bool:
    return record.msg != TURNED_AWAY
