"""The parts that need the portal served in this process take it where the browser tests have it."""

from tests.e2e.conftest import (
    browser_type_launch_args,
    demonstration,
    ouvrir,
    plaintes,
    portail,
)

__all__ = ["browser_type_launch_args", "demonstration", "ouvrir", "plaintes", "portail"]
