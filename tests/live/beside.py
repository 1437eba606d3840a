"""Counterparts that want other versions of our libraries and so live in an environment of their own, which `make live` makes."""

import os
import subprocess
import sys

import pytest

PYTHON = os.environ.get("ZHITONGCHE_LIVE_PYTHON", sys.executable)


def need(module: str) -> None:
    """Skip where that environment has no such module: without the package index `make live` cannot put it there, and nothing
    of ours can stand in for a counterpart that is not ours."""
    look = f"from importlib.util import find_spec; import sys; sys.exit(find_spec({module!r}) is None)"
    if subprocess.run([PYTHON, "-c", look], check=False).returncode:
        pytest.skip(f"{PYTHON} has no {module}: run `make live` where the package index can be reached")
