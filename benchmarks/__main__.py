"""`make bench`: every benchmark, one after another, each in a process of its own so that none warms another."""

import subprocess
import sys

PARTS = ("benchmarks.throughput", "benchmarks.retrieval", "benchmarks.growth", "benchmarks.nlu", "benchmarks.channels")


def main() -> int:
    """The worst exit code of the parts; their tables go to standard output."""
    return max(subprocess.run([sys.executable, "-m", part, *sys.argv[1:]], check=False).returncode for part in PARTS)


if __name__ == "__main__":
    sys.exit(main())
