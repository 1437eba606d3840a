"""`make rasa`: trains nlu/rasa with the Rasa of .venv-rasa and serves it on loopback. A newer model is started in a second
process and takes over when it is ready and warm, so that there is no moment in which nobody listens.

    python -m nlu.rasa_serving train     # a new model; a server that runs takes it over by itself
    python -m nlu.rasa_serving serve
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from nlu import rasa_address

HOME = Path(__file__).resolve().parent.parent
PROJECT = HOME / "nlu" / "rasa"
PYTHON = HOME / ".venv-rasa" / "bin" / "python"
MODELS = HOME / "var" / "rasa" / "models"
PORTS = (5005, 5006)
READY_WITHIN = 180.0  # seconds a model may take to load
LOOK_EVERY = 5.0
GRACE = 5.0  # what the old process was asked before the switch is still answered
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "OMP_NUM_THREADS": "1"}


class RasaError(Exception):
    """What is wrong with Rasa, and the cure."""


@dataclass(frozen=True)
class Served:
    """One Rasa process with one model."""

    model: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


Start = Callable[[Path, int], "subprocess.Popen[bytes]"]


def newest(models: Path, *, but: Collection[Path] = ()) -> Path | None:
    """The model trained last, of those that are not in `but`."""
    found = [path for path in models.glob("*.tar.gz") if path not in but]
    return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)


def train(models: Path = MODELS) -> None:
    """Learn a model from nlu/rasa/data."""
    command = [
        *_rasa(),
        "train",
        "nlu",
        "--fixed-model-name",
        time.strftime("%Y%m%d-%H%M%S"),
        "--out",
        str(models / "fresh"),
    ]
    if subprocess.run(command, cwd=PROJECT, env=os.environ | QUIET, check=False).returncode:
        raise RasaError("rasa train: failed, the lines above say why; run `make rasa-check` to find broken data")
    for made in (models / "fresh").glob("*.tar.gz"):
        made.replace(models / made.name)  # a server that looks must not find half a model
    shutil.rmtree(models / "fresh", ignore_errors=True)


def start_rasa(model: Path, port: int) -> "subprocess.Popen[bytes]":
    token = os.environ.get(rasa_address.TOKEN_VARIABLE)
    guarded = ["--auth-token", token] if token else []
    command = [*_rasa(), "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port), "--model", str(model), *guarded]
    return subprocess.Popen(command, cwd=PROJECT, env=os.environ | QUIET)


class Server:
    """Keeps the newest model served, and the address file pointing to it."""

    def __init__(self, models: Path, address: Path, *, start: Start = start_rasa, grace: float = GRACE) -> None:
        self._models, self._address, self._start, self._grace = models, address, start, grace
        self._now: Served | None = None
        self._broken: set[Path] = set()

    def step(self) -> bool:
        """Bring up the newest model if it is not served, or not any more; whether anything was done. One that does not
        come up is told of once and left: what served before serves on."""
        model = newest(self._models, but=self._broken)
        if model is None:
            raise RasaError(f"{self._models}: no model; run `python -m nlu.rasa_serving train`")
        alive = self._now is not None and self._now.process.poll() is None
        if alive and self._now is not None and self._now.model == model:
            return False
        before, port = self._now, next(port for port in PORTS if self._now is None or port != self._now.port)
        try:
            self._now = self._brought_up(model, port)
        except RasaError as error:
            self._broken.add(model)
            if not alive and newest(self._models, but=self._broken) is None:
                raise
            sys.stderr.write(f"{model.name}: {error}; it is left, the model before serves on\n")
            return False
        rasa_address.write(self._address, self._now.address)
        if before is not None:
            time.sleep(self._grace)
            _end(before.process)
        return True

    def stop(self) -> None:
        if self._now is not None:
            self._address.unlink(missing_ok=True)
            _end(self._now.process)

    def _brought_up(self, model: Path, port: int) -> Served:
        """A process that has answered once; the one before serves on until then."""
        served = Served(model, port, self._start(model, port))
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            if served.process.poll() is not None:
                raise RasaError(f"rasa run: ended with {served.process.returncode} before it was ready, see above")
            if _answers(served.address):
                return served
            time.sleep(0.2)
        _end(served.process)
        raise RasaError(f"rasa run: not ready within {READY_WITHIN:.0f} s; is port {port} taken, or memory short?")


def _answers(address: str) -> bool:
    """Whether it parses."""
    token = os.environ.get(rasa_address.TOKEN_VARIABLE)
    with suppress(httpx.HTTPError):
        said = {"text": rasa_address.WARM_UP}
        reply = httpx.post(f"{address}/model/parse", params={"token": token} if token else None, json=said, timeout=30)
        return reply.status_code == 200
    return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()


def _rasa() -> list[str]:
    if not PYTHON.exists():
        raise RasaError(f"{PYTHON}: no such environment; run `make rasa-env` (it needs Python 3.8–3.10)")
    return [str(PYTHON), "-m", "rasa"]


def serve(models: Path = MODELS, address: Path = rasa_address.FILE) -> None:
    """Until SIGINT or SIGTERM."""
    if newest(models) is None:
        train(models)
    server = Server(models, address)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while True:
            if server.step():
                sys.stderr.write(f"Rasa answers at {address.read_text('utf-8')}\n")
            time.sleep(LOOK_EVERY)
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=("train", "serve"))
    try:
        train() if parser.parse_args().verb == "train" else serve()
    except RasaError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
