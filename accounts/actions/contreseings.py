"""What takes two persons, asked by the first: nothing is given yet, and those who watch are told at once (A-23, A-24)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts.journal import Acte
from accounts.models.compte import Compte, CompteQuerySet
from accounts.models.contreseings import Contreseing
from accounts.regles import DUREE_CONTRESEING
from caisses.models import Caisse, Pole
from conformite.journal import consigner
from socle import horloge
from socle.courriels import deposer_courriels
from socle.roles import Droit, peut

Nature, Statut = Contreseing.Nature, Contreseing.Statut
# What a national alone does, told to everybody.
SEUL_POSSIBLE = (Nature.OUVERTURE, Nature.REOUVERTURE, Nature.RATTACHEMENT)


@transaction.atomic
def demander_contreseing(
    nature: str,
    compte: Compte,
    *,
    par: Compte,
    caisses: Iterable[Caisse] = (),
    poles: Iterable[Pole] = (),
    email: str = "",
) -> Contreseing:
    """Ask for a second person, who is written to; `compte` is locked by the caller, `caisses` are those that it opens.

    A national who is alone waits for nobody: the answer says `SEUL`, everybody of the caisse is told, and the caller
    does the act (A-24). Raise ValidationError while the same is asked already, and where nobody could confirm.
    """
    if compte.contreseings.filter(nature=nature, statut=Statut.ATTENDU).exists():
        raise ValidationError(
            "La même demande attend déjà une seconde personne pour ce compte.", code="contreseing"
        )
    maintenant = horloge.maintenant()
    contreseing = Contreseing.objects.create(
        nature=nature,
        compte=compte,
        email=email,
        demande_par=par,
        demande_le=maintenant,
        expire_le=maintenant + DUREE_CONTRESEING,
    )
    contreseing.caisses.set(caisses)
    contreseing.poles.set(poles)
    if not contreseing.seconds().exists():
        _sans_second(contreseing, par)
    prevenir(contreseing)
    if contreseing.statut == Statut.ATTENDU:
        _ecrire(contreseing, contreseing.seconds(), "contreseing_demande")
    acte = Acte.CONTRESEING_SEUL if contreseing.statut == Statut.SEUL else Acte.CONTRESEING_DEMANDER
    consigner(acte, par=par, objet=contreseing, nature=str(nature), cible=compte.pk)
    return contreseing


def _sans_second(contreseing: Contreseing, par: Compte) -> None:
    if contreseing.nature == Nature.ADRESSE:
        # Its owner may confirm it.
        return
    seul = contreseing.nature in SEUL_POSSIBLE and peut(par, Droit.CREER_CAISSES)
    if not seul or contreseing.prepare_par_son_auteur():
        raise ValidationError(
            "Cet acte demande deux personnes, et aucune autre ne peut le confirmer aujourd’hui.",
            code="contreseing",
        )
    contreseing.statut = Statut.SEUL
    contreseing.save(update_fields=["statut"])


def prevenir(contreseing: Contreseing) -> None:
    """Tell those who watch the accounts of the caisse, and who asked; everybody there of what was opened alone (A-24)."""
    _ecrire(contreseing, _a_prevenir(contreseing).exclude(pk=contreseing.compte_id), "contreseing_avis")


def _a_prevenir(contreseing: Contreseing) -> CompteQuerySet:
    actifs, caisses = Compte.objects.actifs(), contreseing.caisses.all()
    if contreseing.statut != Statut.SEUL:
        veilleurs = Q(
            pk__in=actifs.pouvant(Droit.VEILLER_AUX_COMPTES).filter(caisses__in=caisses).values("pk")
        )
        if contreseing.statut == Statut.ATTENDU:
            ailleurs = contreseing.seconds().values("pk")
            return (
                actifs.filter(veilleurs).exclude(pk=contreseing.demande_par_id or 0).exclude(pk__in=ailleurs)
            )
        return actifs.filter(veilleurs | Q(pk=contreseing.demande_par_id))
    return actifs.filter(caisses__in=caisses if caisses else Caisse.objects.all())


def _ecrire(contreseing: Contreseing, destinataires: CompteQuerySet, gabarit: str) -> None:
    contexte: dict[str, Any] = {
        "acte": contreseing.get_nature_display(),
        "statut": contreseing.statut,
        "etat": contreseing.get_statut_display().lower(),
        "identifiant": contreseing.compte.identifiant,
        "profil": contreseing.compte.get_profil_display(),
        "caisses": ", ".join(
            un.nom for un in (contreseing.compte.partenaire, *contreseing.caisses.order_by("nom")) if un
        ),
        "demandeur": contreseing.demande_par.identifiant if contreseing.demande_par else "",
        "adresse": contreseing.nature == Nature.ADRESSE,
        "raison": contreseing.raison,
        "expire_le": contreseing.expire_le,
        "chemin": f"/comptes/a-confirmer/{contreseing.pk}/",
    }
    adresses = set(destinataires.exclude(email="").values_list("email", flat=True))
    deposer_courriels([(adresse, contexte) for adresse in sorted(adresses)], f"accounts/{gabarit}")
