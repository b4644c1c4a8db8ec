"""The library of clauses, read from the TOML file beside this module (C-19)."""

import tomllib
from pathlib import Path
from typing import Any

CLAUSES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("clauses.toml").read_text(encoding="utf-8")
)["clause"]
