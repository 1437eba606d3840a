"""What stops a command: one line a fault, exit code 2."""


class Unusable(Exception):
    """Input or configuration that cannot be used; each line says what, where and the cure."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def first_line(error: Exception) -> str:
    """What an error says, short enough for one line; its kind when it says nothing."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:160]
