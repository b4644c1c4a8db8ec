"""The world of the matrix, made once for each file; nothing of it is committed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.matrice.monde import Monde, creer_monde


@pytest.fixture(scope="module")
def monde(django_db_setup: None, django_db_blocker: Any) -> Iterator[Monde]:
    """Make the world once; nothing of it is committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield creer_monde()
        transaction.set_rollback(True)
