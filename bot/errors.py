"""What stops a command before it does anything: one line a fault, exit code 2."""


class Unusable(Exception):
    """Input or configuration that cannot be used; each line says what, where and the cure."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
