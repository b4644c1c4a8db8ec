"""What the child process answers when it does not take a file."""

from typing import Any


class Refuse(Exception):
    """The file is refused; the argument is a code of `fichiers/refus.py`. `lieu`: where, in a table, as one counts there."""

    def __init__(self, code: str, **lieu: Any) -> None:
        super().__init__(code)
        self.lieu = lieu
