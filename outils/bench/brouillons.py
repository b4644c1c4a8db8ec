"""Drafts ready to be sent, made through the actions: `python -m outils.bench.brouillons <identifiant> <nombre>`."""

import json
import sys
import uuid
from importlib import import_module

import django
from django.apps import apps

from socle.perimetre import MACHINE, devenir

MOTIF = "saisine-mas"
CONTENU = {
    "assure": {
        "civilite": "madame",
        "nom": "Mesurelle",
        "prenom": "Ada",
        "naissance": "1985-03-27",
        "departement": "57",
    },
    "difficultes": ["droits"],
    "obstacles": ["complexite"],
    "demarches": ["courrier"],
    "aide": ["rendez-vous"],
    "texte": "Les droits sont fermés depuis le printemps.",
}


def _ici(identifiant: str, nombre: int) -> list[str]:
    actions = import_module("signalements.depot.actions")
    technicien = apps.get_model("accounts", "Compte").objects.get(identifiant=identifiant)
    motif = apps.get_model("caisses", "Motif").objects.get(pk=MOTIF)
    participation = apps.get_model("conventions", "Participation").objects.get(
        partenaire=technicien.partenaire
    )
    references = []
    for _ in range(nombre):
        demande = actions.commencer(
            participation=participation, motif=motif, jeton=uuid.uuid4(), par=technicien
        )
        actions.enregistrer_brouillon(demande, contenu=CONTENU, urgente=False, par=technicien)
        references.append(demande.reference)
    return references


if __name__ == "__main__":
    django.setup()
    devenir(MACHINE)
    print(json.dumps(_ici(sys.argv[1], int(sys.argv[2]))))
