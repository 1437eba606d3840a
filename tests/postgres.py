"""A private PostgreSQL cluster in a temporary folder, where the server's programs are found."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder of initdb and pg_ctl; Debian keeps it off the PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def cluster(bin: Path) -> Iterator[str]:
    """A running cluster; yields the address of its server without a database name."""
    with tempfile.TemporaryDirectory(prefix="zhitongche-pg-") as folder:
        home, port = Path(folder), _free_port()
        home.chmod(0o755)
        as_user = _unprivileged(home)
        data = home / "data"
        subprocess.run([*as_user, bin / "initdb", "-D", data, "-U", "bot", "-A", "trust", "--no-sync", "-E", "UTF8",
                        "--locale=C.UTF-8"], check=True, capture_output=True, cwd=folder)  # fmt: skip
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        subprocess.run([*as_user, bin / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start"],
                       check=True, capture_output=True, cwd=folder)  # fmt: skip
        try:
            yield f"postgresql+psycopg://bot@127.0.0.1:{port}"
        finally:
            subprocess.run([*as_user, bin / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
                           check=True, capture_output=True, cwd=folder)  # fmt: skip


def _unprivileged(home: Path) -> list[str]:
    """PostgreSQL refuses to run as root: become the server's own user, or nobody."""
    if os.geteuid() != 0:
        return []
    for user in ("postgres", "nobody"):
        if subprocess.run(["id", user], capture_output=True, check=False).returncode == 0:
            shutil.chown(home, user)
            return ["setpriv", f"--reuid={user}", f"--regid={_group_of(user)}", "--clear-groups"]
    return []


def _group_of(user: str) -> str:
    return subprocess.run(["id", "-gn", user], capture_output=True, check=True, text=True).stdout.strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
