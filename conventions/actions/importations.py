"""An import of conventions: asked on a page, done line by line by a worker, whose page tells how far it is (C-13)."""

from celery import shared_task
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from caisses.models import Caisse
from conformite.journal import consigner
from conventions.importation import LigneConvention, lire, reprendre_ligne
from conventions.journal import Acte
from conventions.models.importations import Importation
from conventions.permissions import can_chercher_partenaire
from socle import horloge
from socle.acteurs import Acteur
from socle.apres_commit import apres_commit
from socle.certain import certain
from socle.courriels import deposer_courriels
from socle.roles import Droit, exiger

SANS_DROIT = "La personne qui a demandé l’importation ne peut plus rédiger de convention."


@transaction.atomic
def demander_importation(*, par: Acteur, caisse: Caisse, texte: str) -> Importation:
    """Have the sound lines of a table written by a worker. Raise ValidationError for what is no such table."""
    exiger(can_chercher_partenaire(par) and par.agit_pour(caisse))
    importation = Importation.objects.create(
        caisse=caisse,
        texte=texte,
        lignes=len(lire(texte, caisse)),
        demandee_le=horloge.maintenant(),
        demandee_par=par.compte,
    )
    consigner(Acte.CONVENTION_IMPORTER, par=par, objet=importation, lignes=importation.lignes)
    veilleurs = caisse.comptes.actifs().pouvant(Droit.VEILLER_AUX_COMPTES).exclude(pk=par.pk or 0)
    contexte = {"caisse": caisse.nom, "par": par.nom_complet, "lignes": importation.lignes}
    adresses = veilleurs.exclude(email="").values_list("email", flat=True)
    deposer_courriels([(un, contexte) for un in sorted(set(adresses))], "conventions/importation")
    apres_commit(poursuivre, importation.pk)
    return importation


@shared_task(name="conventions.importer")
def poursuivre(cle: int) -> int:
    """Treat the lines that are left; return how many this call did. Safe after a stop, and beside a twin."""
    importation = (
        Importation.objects.select_related("caisse", "demandee_par").filter(pk=cle, finie_le=None).first()
    )
    if importation is None:
        return 0
    faites = 0
    for ligne in lire(importation.texte, importation.caisse):
        if not _traiter(importation, ligne):
            continue
        faites += 1
    Importation.objects.filter(pk=cle, finie_le=None).update(finie_le=horloge.maintenant(), texte="")
    return faites


def poursuivre_toutes() -> dict[str, int]:
    """Take up the imports whose task was lost."""
    restantes = Importation.objects.filter(finie_le=None).order_by("pk").values_list("pk", flat=True)
    return {"importees": sum(poursuivre(cle) for cle in list(restantes))}


@transaction.atomic
def _traiter(importation: Importation, ligne: LigneConvention) -> bool:
    """Write one line with what became of it, unless a twin did; each line is one transaction."""
    verrouillee = Importation.objects.select_for_update(of=("self",)).get(pk=importation.pk)
    numero = str(ligne.numero)
    if numero in verrouillee.resultats or verrouillee.finie_le is not None:
        return False
    verrouillee.resultats[numero] = _resultat(verrouillee, ligne)
    verrouillee.save(update_fields=["resultats"])
    return True


def _resultat(importation: Importation, ligne: LigneConvention) -> dict[str, object]:
    erreurs = list(ligne.erreurs)
    if not erreurs:
        try:
            # Read anew for each line: an account that was closed since writes and signs nothing.
            exiger(importation.demandee_par is not None and importation.demandee_par.is_active)
            with transaction.atomic():
                convention = reprendre_ligne(certain(importation.demandee_par), importation.caisse, ligne)
        except ValidationError as erreur:
            erreurs = erreur.messages
        except PermissionDenied:
            erreurs = [SANS_DROIT]
        else:
            return {"reference": convention.reference}
    return {"nom": str(ligne.valeurs.get("nom", "")), "erreurs": erreurs}
