"""A model that was trained anew takes over without a moment in which nobody answers."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from nlu import rasa_address
from nlu.rasa_serving import RasaError, Server, newest

RASA = """
import json, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
class Answer(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.dumps({"model": sys.argv[1]}).encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
if sys.argv[1] == "broken.tar.gz":
    sys.exit(1)
time.sleep(0.3)
HTTPServer(("127.0.0.1", int(sys.argv[2])), Answer).serve_forever()
"""


def start(model: Path, port: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", RASA, model.name, str(port)])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, tmp_path / "address", start=start, grace=0.1)
    yield server
    server.stop()


def test_a_newer_model_takes_over_and_nobody_meets_silence(server: Server, tmp_path: Path) -> None:
    (tmp_path / "one.tar.gz").write_bytes(b"")
    assert server.step()
    assert not server.step()
    where = rasa_address.written_in(tmp_path / "address", otherwise="nowhere")
    heard: list[str] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            heard.append(httpx.post(f"{where()}/model/parse", json={}).json()["model"])

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.01)  # the new model is newer
    (tmp_path / "two.tar.gz").write_bytes(b"")
    assert server.step()
    while "two.tar.gz" not in heard:
        time.sleep(0.01)
    done.set()
    asking.join()
    assert list(dict.fromkeys(heard)) == ["one.tar.gz", "two.tar.gz"]


def test_a_model_that_does_not_come_up_leaves_the_one_before_at_work(
    server: Server, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.tar.gz").write_bytes(b"")
    server.step()
    time.sleep(0.01)  # the new model is newer
    (tmp_path / "broken.tar.gz").write_bytes(b"")
    assert not server.step()
    assert not server.step()
    where = rasa_address.written_in(tmp_path / "address", otherwise="nowhere")
    assert httpx.post(f"{where()}/model/parse", json={}).json()["model"] == "one.tar.gz"
    assert capfd.readouterr().err.count("broken.tar.gz") == 1


def test_without_a_model_the_cure_is_told(server: Server, tmp_path: Path) -> None:
    assert newest(tmp_path) is None
    with pytest.raises(RasaError, match="rasa_serving train"):
        server.step()


def test_without_an_address_written_the_configured_one_holds(tmp_path: Path) -> None:
    assert rasa_address.written_in(tmp_path / "none", otherwise="http://rasa:5005")() == "http://rasa:5005"
