"""What stands beside the label of a field that one answer alone calls for."""

from typing import Self


class Pour(str):
    """A mark of a field that applies to one case only, and the answer that says so (`si`: « field=value »).

    The page shows the field in this case alone; without script it always does, with its mark.
    """

    si: str

    def __new__(cls, mots: str, si: str) -> Self:
        """Return the mark: `mots` beside the label."""
        marque = super().__new__(cls, mots)
        marque.si = si
        return marque
