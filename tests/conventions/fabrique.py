"""What the stories of conventions post."""

from caisses.models import Motif
from conventions.models.conventions import Convention
from conventions.parametres import PARAMETRES
from conventions.regles import quota

SIRET = "90068001800018"
STRUCTURE = {
    "structure-nom": "CCAS de Thionville",
    "structure-type": "CCAS",
    "structure-membres": "14",
    "structure-domaines": "ccas-thionville.example",
    "structure-courriel": "ccas@ccas-thionville.example",
}
_TAILLES = {"10": 10, "25": 25, "plus": 26}
# The parameters that the form takes in one field of the same name
SIMPLES = [
    nom for nom in PARAMETRES if not nom.startswith("quota_") and nom not in {"autres_signataires", "clauses"}
]


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
        "responsabilite": "caisse",
        "bilan": "caisse",
        "signataire_qualite": "Président",
        "signataires_caisse": "Directeur",
    }
    return {**donnees, **changements}


def saisie(demo, caisses):
    """Return what a person types in the form for one convention of the demonstration (C-13)."""
    premier = (demo.signataires_partenaire or ({"qualite": "Présidente"},))[0]
    donnees = {
        "caisses": [str(caisses[code].pk) for code in demo.caisses],
        "objet": demo.objet,
        "signataire_nom": premier.get("nom", ""),
        "signataire_qualite": premier["qualite"],
        "signataire_acte": premier.get("acte", ""),
        "signataires_caisse": "\n".join(un["qualite"] for un in demo.signataires_caisse),
        "autres_signataires": "\n".join(demo.parametres.get("autres_signataires", [])),
        "documents_par_portail": "on" if demo.documents_par_portail else "",
    }
    for nom in SIMPLES:
        valeur = demo.parametres.get(nom, Convention._meta.get_field(nom).get_default())
        donnees[nom] = (
            ("on" if valeur else "") if isinstance(valeur, bool) else str("" if valeur is None else valeur)
        )
    for quoi in ("gestionnaires", "techniciens"):
        for taille, membres in _TAILLES.items():
            donnees[f"{quoi}_{taille}"] = str(quota(demo.parametres[f"quota_{quoi}"], membres))
    for motif in motifs_attendus(demo).order_by("pk"):
        donnees.setdefault(f"motifs_{motif.service_id}", []).append(motif.pk)
    return donnees


def motifs_attendus(demo):
    """Return the motifs that a convention of the demonstration opens (C-09)."""
    return Motif.objects.filter(service__in=demo.services).exclude(pk__in=demo.motifs_eteints)


def structure(partenaire):
    """Return what is typed for a structure that the portal does not know."""
    return {
        f"structure-{nom}": "\n".join(valeur) if nom == "domaines" else str(valeur)
        for nom, valeur in partenaire.items()
        if nom not in {"code", "siret"}
    }


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
