"""What the stories of conventions post."""

SIRET = "90068001800018"
STRUCTURE = {
    "structure-nom": "CCAS de Thionville",
    "structure-type": "CCAS",
    "structure-membres": "14",
    "structure-domaines": "ccas-thionville.example",
    "structure-courriel": "ccas@ccas-thionville.example",
}


def contenu(caisse, **changements):
    """Return the POST data of a sound convention with that caisse."""
    donnees = {
        "caisses": [str(caisse.pk)],
        "objet": "acces-droits",
        "duree_mois": "12",
        "reconduction_tacite": "on",
        "denonciation": "avant-echeance",
        "denonciation_mois": "3",
        "denonciation_forme": "lettre recommandée",
        "mise_en_demeure_jours": "15",
        "mise_en_demeure_utilisation_jours": "30",
        "bonne_fin_jours": "0",
        "delai_habilitation_jours": "5",
        "gestionnaires_10": "2",
        "gestionnaires_25": "3",
        "gestionnaires_plus": "5",
        "techniciens_10": "5",
        "techniciens_25": "15",
        "techniciens_plus": "25",
        "motifs_difficulte": ["saisine-mas", "urgence"],
        "conservation_mois": "6",
        "notification_violation_heures": "48",
        "bilan": "caisse",
        "signataire_qualite": "Président",
        "signataires_caisse": "Directeur",
    }
    return {**donnees, **changements}


def signer(client, convention, document="convention", le=None):
    """Sign a document for every party, through the pages."""
    jour = le or convention.participations.first().caisse.jour
    for signataire in convention.signataires.all():
        if document == "utilisation" and signataire.partie == "autre":
            continue
        reponse = client.post(
            f"/conventions/{convention.reference}/signatures/{document}/{signataire.pk}/",
            {"nom": "Alix Morel", "le": jour.isoformat()},
        )
        assert reponse.status_code == 302, reponse.content.decode()
    convention.refresh_from_db()
