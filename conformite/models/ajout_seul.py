"""Triggers of the tables whose lines, once written, stay as they are."""

import pgtrigger


def en_ajout_seul(table: str) -> list[pgtrigger.Trigger]:
    """Triggers of a table whose rows, once written, stay as they are."""
    refus = f"RAISE EXCEPTION '{table} est en ajout seul' USING ERRCODE = 'insufficient_privilege';"
    return [
        pgtrigger.Trigger(
            name="ajout_seul",
            operation=pgtrigger.Update | pgtrigger.Delete,
            when=pgtrigger.Before,
            func=refus,
        ),
        pgtrigger.Trigger(
            name="pas_de_vidage",
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            func=refus,
        ),
    ]
