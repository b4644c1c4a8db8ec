"""Two runs of one job at once: neither waits for the other, neither is left « en cours »."""

import uuid

import pytest
from django.db import connection, transaction
from psycopg import sql

from conformite import executions
from conformite.models.travaux import Execution

TRAVAIL = "essai.travail"


@pytest.mark.parametrize("premiere", [0, 1])
def test_une_execution_qui_finit_n_en_attend_aucune_autre(base_reelle, postgres, premiere):
    """Never folded onto one that still runs, before or after it: its row may be held by another process."""
    taches = uuid.uuid4(), uuid.uuid4()
    executions.reussir(executions.ouvrir(TRAVAIL, uuid.uuid4()).tache, {})
    ouvertes = [executions.ouvrir(TRAVAIL, tache) for tache in taches]
    finie, autre = taches[premiere], ouvertes[1 - premiere]
    with postgres.connexion(base_reelle) as ailleurs, ailleurs.transaction():
        table = sql.Identifier(Execution._meta.db_table)
        ailleurs.execute(sql.SQL("SELECT 1 FROM {} WHERE id = %s FOR UPDATE").format(table), [autre.pk])
        with transaction.atomic():
            connection.cursor().execute("SET LOCAL lock_timeout = '1s'")
            executions.reussir(finie, {})
    executions.reussir(autre.tache, {})
    assert not Execution.objects.filter(statut="en_cours").exists()
    assert sum(Execution.objects.values_list("repetitions", flat=True)) == 3
