"""Holds: an object is kept past its term, for a coded reason and until a date (R-03, D-15).

Its term moves to the end of the hold, so that the key of its former day may be destroyed for all the others.
"""

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from conformite import fermetures, journal
from conformite.declarations import conservations
from conformite.jours import fin_du_jour
from conformite.models.objet_scelle import ObjetScelle
from conformite.models.travaux import Gel
from socle import horloge
from socle.acteurs import Acteur
from socle.certain import certain
from socle.perimetre import MACHINE, au_nom_de


class DejaGele(Exception):
    """The object is already held for this reason."""


def poser_gel(
    objet: Model, *, raison: str, jusqu_a: dt.date, fuseau: str, par: Acteur, caisse: Any = None
) -> Gel:
    """Hold `objet` until the end of the day `jusqu_a` in the caisse's zone. Raise `DejaGele`."""
    label = objet._meta.label_lower
    with transaction.atomic():
        verrouille = _verrouiller(type(objet), objet.pk)
        actifs = Gel.objects.filter(objet_type=label, objet_id=str(objet.pk), leve_le=None)
        if actifs.filter(raison=raison, jusqu_a__gt=horloge.maintenant()).exists():
            raise DejaGele(label)
        actifs.filter(raison=raison).update(leve_le=horloge.maintenant(), leve_par=par.pk)
        gel = Gel.objects.create(
            objet_type=label,
            objet_id=str(objet.pk),
            reference=getattr(objet, "reference", ""),
            caisse=getattr(caisse, "pk", caisse),
            raison=raison,
            jusqu_a=fin_du_jour(jusqu_a, fuseau),
            terme_initial=getattr(verrouille, "terme_le", None),
            pose_le=horloge.maintenant(),
            pose_par=certain(par.pk),
        )
        if isinstance(verrouille, ObjetScelle) and verrouille.terme_le < jusqu_a:
            _deplacer(verrouille, jusqu_a)
        journal.consigner(
            journal.Acte.GEL_POSER, par=par, objet=objet, raison=raison, jusqu_a=jusqu_a.isoformat()
        )
    return gel


# The demande may have been transferred since to a caisse that is not the one of who lifts the hold.
@au_nom_de(MACHINE)
def lever_gel(gel: Gel, *, fuseau: str, par: Acteur) -> bool:
    """End a hold now: the object finds its former term again, or today's when that one is past.

    Return whether this call did it.
    """
    with transaction.atomic():
        leve = Gel.objects.filter(pk=gel.pk, leve_le=None).update(
            leve_le=horloge.maintenant(), leve_par=par.pk
        )
        if not leve:
            return False
        modele = apps.get_model(gel.objet_type)
        autres = Gel.objects.actifs(horloge.maintenant()).filter(
            objet_type=gel.objet_type, objet_id=gel.objet_id
        )
        objet = _verrouiller(modele, gel.objet_id)
        if isinstance(objet, ObjetScelle) and gel.terme_initial and not autres.exists():
            _deplacer(objet, max(gel.terme_initial, horloge.jour(fuseau)))
        fermetures.noter_levee(gel, certain(par.pk))
        journal.consigner(
            journal.Acte.GEL_LEVER,
            par=par,
            objet=objet or gel,
            raison=gel.raison,
        )
    return True


def est_gele(objet: Model) -> bool:
    """Whether a hold is in force on `objet`."""
    return (
        Gel.objects.actifs(horloge.maintenant())
        .filter(objet_type=objet._meta.label_lower, objet_id=str(objet.pk))
        .exists()
    )


def _verrouiller(modele: type[Model], cle: Any) -> Model | None:
    return modele._default_manager.select_for_update(of=("self",)).filter(pk=cle).first()


def _deplacer(objet: ObjetScelle, jour: dt.date) -> None:
    """Move the term as the app of the object does; by default, wrap the key again."""
    declaration = conservations().get(type(objet))
    if declaration is not None and declaration.deplacer_terme is not None:
        declaration.deplacer_terme(objet, jour)
        return
    objet.fixer_terme(jour)
    objet.save(update_fields=["cle_enveloppee", "terme_le"])
