"""The parts that need the portal served in this process take it where the browser tests have it."""

from tests.e2e.conftest import demonstration, portail

__all__ = ["demonstration", "portail"]
