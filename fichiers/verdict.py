"""What the child process answers when it does not take a file."""


class Refuse(Exception):
    """The file is refused; the argument is a code of `fichiers/refus.py`."""
