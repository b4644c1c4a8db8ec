"""References that nobody can guess and anybody can say on the phone."""

import datetime as dt
import re
import secrets

# Without the letters that are taken for a digit, or for one another.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Of any of ours: what was typed in its place may name a person.
FORME = re.compile(rf"[A-Z]\d\d-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")


def nouvelle_reference(lettre: str, jour: dt.date) -> str:
    """Return a reference of 40 random bits: `V26-7KQ4-M9XP`; `lettre` says of what."""
    corps = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{lettre}{jour:%y}-{corps[:4]}-{corps[4:]}"
