"""What the child process answers when it does not take a file."""


class Refuse(Exception):
    """The file is refused; the argument is a code of `fichiers/refus.py`. `lieu`: where, in a table, as one counts there."""

    def __init__(self, code: str, **lieu: int) -> None:
        super().__init__(code)
        self.lieu = lieu
