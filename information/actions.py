"""What writes: publications, subscription, sessions, requests for support. Each act leaves its journal line."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite.journal import consigner
from conformite.liens import sceller_pour
from conformite.prolongation import dernier_jour, prolonger
from fichiers.actions import ranger
from fichiers.actions import retirer as retirer_le_fichier
from fichiers.controle import Examine
from information import permissions, regles
from information.journal import Acte
from information.models import Abonnement, Assistance, DocumentPublie, Formation, Inscription, Publication
from socle import horloge
from socle.actes import seulement
from socle.acteurs import Acteur
from socle.certain import certain
from socle.courriels import deposer_courriel
from socle.references import nouvelle_reference
from socle.roles import Droit, exiger

# --- Publications and their letter (I-01)

_PUBLIES = ("nature", "titre", "theme", "types", "texte", "url", "accessible", "autre_forme", "jusqu_au")


PAS_ACCESSIBLE = (
    "Ce fichier n’a pas les balises, la langue et le titre d’un PDF accessible : "
    "ajoutez-les, ou décochez cette case et écrivez ce que dit le document."
)


@transaction.atomic
def publier(
    *, par: Compte, caisse: Caisse, examines: Sequence[Examine] = (), **champs: object
) -> Publication:
    """I-01: show something to the partenaires of one's caisse. Raise ValidationError, and OSError from the storage."""
    exiger(permissions.can_publier(par) and par.caisses.filter(pk=caisse.pk).exists())
    seulement(_PUBLIES, champs)
    publication = Publication.objects.create(caisse=caisse, publiee_le=horloge.maintenant(), **champs)
    _garder(publication, examines, par)
    consigner(Acte.PUBLICATION_PUBLIER, par=par, objet=publication, nature=publication.nature)
    return publication


@transaction.atomic
def modifier(
    publication: Publication, *, par: Compte, examines: Sequence[Examine] = (), **champs: object
) -> None:
    """I-01: keep a publication up to date; a new file takes the place of the former one. Raise as `publier`."""
    exiger(permissions.can_publier(par) and par.caisses.filter(pk=publication.caisse_id).exists())
    seulement(_PUBLIES, champs)
    verrouillee = Publication.objects.select_for_update().get(pk=publication.pk)
    if verrouillee.retiree_le is not None:
        raise ValidationError("Cette publication est retirée : publiez-la à nouveau.")
    for nom, valeur in champs.items():
        setattr(verrouillee, nom, valeur)
    verrouillee.modifiee_le = horloge.maintenant()
    verrouillee.save()
    _garder(verrouillee, examines, par)
    consigner(Acte.PUBLICATION_MODIFIER, par=par, objet=verrouillee, fichier=bool(examines))


def _garder(publication: Publication, examines: Sequence[Examine], par: Compte) -> None:
    """Store the one file of a document, in the place of the former one. Raise ValidationError without file nor address."""
    ancien = DocumentPublie.objects.filter(publication=publication).first()
    if len(examines) > 1:
        raise ValidationError({"fichiers": "Une publication a un seul document."})
    if publication.nature == Publication.Nature.DOCUMENT and not (examines or ancien or publication.url):
        raise ValidationError({"fichiers": "Joignez le document, ou donnez son adresse."})
    if not examines:
        return
    if publication.accessible and not examines[0].lisible:
        raise ValidationError({"accessible": PAS_ACCESSIBLE})
    if ancien is not None:
        retirer_le_fichier(ancien)
    document = DocumentPublie(publication=publication)
    document.fixer_terme(dernier_jour(None))
    ranger(document, examines[0], par=par)


def prolonger_les_documents() -> int:
    """Move the terms along while the publications are kept; return how many. Safe to run twice."""
    return prolonger(DocumentPublie.objects.all(), lambda _: None)


@transaction.atomic
def retirer(publication: Publication, *, par: Compte) -> None:
    """I-01: take a publication away; twice is once."""
    exiger(permissions.can_publier(par))
    verrouillee = Publication.objects.select_for_update().get(pk=publication.pk)
    if verrouillee.retiree_le is None:
        verrouillee.retiree_le = horloge.maintenant()
        verrouillee.save(update_fields=["retiree_le"])
        consigner(Acte.PUBLICATION_RETIRER, par=par, objet=verrouillee)


@transaction.atomic
def abonner(*, par: Compte, oui: bool) -> None:
    """I-01: subscribe to the weekly letter, or leave it."""
    exiger(permissions.can_participer(par))
    if oui:
        Abonnement.objects.get_or_create(compte=par, defaults={"depuis": horloge.maintenant()})
    else:
        Abonnement.objects.filter(compte=par).delete()
    consigner(Acte.LETTRE_ABONNER, par=par, objet=par, oui=int(oui))


# --- Sessions (I-03)


@transaction.atomic
def programmer(*, par: Compte, caisse: Caisse, **champs: object) -> Formation:
    """I-03: hold a session for the staff of the structures, or for whom they receive."""
    exiger(permissions.can_publier(par) and par.caisses.filter(pk=caisse.pk).exists())
    seulement(("titre", "theme", "public", "quand", "lieu", "places", "texte"), champs)
    formation = Formation.objects.create(caisse=caisse, **champs)
    consigner(Acte.FORMATION_PROGRAMMER, par=par, objet=formation)
    return formation


@transaction.atomic
def annuler(formation: Formation, *, par: Compte) -> None:
    """I-03: cancel a session to come, and tell those who meant to come."""
    exiger(permissions.can_publier(par))
    verrouillee = _a_venir(formation)
    verrouillee.annulee_le = horloge.maintenant()
    verrouillee.save(update_fields=["annulee_le"])
    consigner(Acte.FORMATION_ANNULER, par=par, objet=verrouillee)
    for inscription in verrouillee.inscriptions.select_related("compte").order_by("pk"):
        deposer_courriel(
            inscription.compte.email,
            "information/formation_annulee",
            {"formation": verrouillee, "chemin": reverse("formation", args=[verrouillee.pk])},
        )


@transaction.atomic
def inscrire(formation: Formation, *, par: Compte, oui: bool) -> None:
    """I-03: take a place at a session, or give it back; raise ValidationError when it is full, over or cancelled."""
    exiger(permissions.can_participer(par))
    verrouillee = _a_venir(formation)
    if not oui:
        verrouillee.inscriptions.filter(compte=par).delete()
    elif not verrouillee.inscriptions.filter(compte=par).exists():
        if verrouillee.inscriptions.count() >= verrouillee.places:
            raise ValidationError(
                "Cette session est complète. Demandez à votre caisse la date de la suivante."
            )
        Inscription.objects.create(formation=verrouillee, compte=par, inscrite_le=horloge.maintenant())
    consigner(Acte.FORMATION_INSCRIRE, par=par, objet=verrouillee, oui=int(oui))


@transaction.atomic
def noter_presences(
    formation: Formation, *, par: Compte, presents: Iterable[Inscription], venus: int
) -> None:
    """I-03: say who came, and how many; again where it was wrong. Raise ValidationError before it was held."""
    exiger(permissions.can_publier(par))
    verrouillee = Formation.objects.select_for_update().get(pk=formation.pk)
    if verrouillee.annulee_le is not None or verrouillee.quand > horloge.maintenant():
        raise ValidationError("Les présences se notent une fois la session tenue.")
    cles = [une.pk for une in presents]
    if venus < len(cles):
        raise ValidationError({"venus": "C’est moins que les personnes cochées."})
    verrouillee.inscriptions.update(venue=False)
    verrouillee.inscriptions.filter(pk__in=cles).update(venue=True)
    verrouillee.venus = venus
    verrouillee.save(update_fields=["venus"])
    consigner(Acte.FORMATION_PRESENCES, par=par, objet=verrouillee, nombre=venus)


def _a_venir(formation: Formation) -> Formation:
    """Return the session under a lock; raise ValidationError when nothing can change any more."""
    verrouillee = Formation.objects.select_for_update().get(pk=formation.pk)
    if verrouillee.annulee_le is not None or verrouillee.quand <= horloge.maintenant():
        raise ValidationError("Cette session est passée ou annulée : les inscriptions sont closes.")
    return verrouillee


# --- Support (I-04)


@transaction.atomic
def demander_assistance(*, par: Compte, caisse: Caisse | None, **champs: Any) -> Assistance:
    """I-04: tell a dysfunction to the interlocuteur of the caisse; without caisse, to the national support."""
    seulement(Assistance.RECIT, champs)
    maintenant = horloge.maintenant()
    jour = caisse.jour if caisse else horloge.jour(settings.TIME_ZONE)
    due = (
        caisse.jour_ouvre_apres(jour, regles.JOURS_OUVRES_SUPPORT)
        if caisse
        else jour + dt.timedelta(days=regles.JOURS_ACCESSIBILITE)
    )
    demande = _garder_le_recit(
        champs,
        reference=nouvelle_reference("S", jour),
        nature=Assistance.Nature.DYSFONCTIONNEMENT,
        niveau=Assistance.Niveau.LOCAL if caisse else Assistance.Niveau.NATIONAL,
        compte=par,
        caisse=caisse,
        courriel=par.email,
        recue_le=maintenant,
        due_le=due,
    )
    consigner(Acte.ASSISTANCE_DEMANDER, par=par, objet=demande)
    _prevenir(demande)
    return demande


@transaction.atomic
def demander_accessibilite(*, par: Acteur, **champs: object) -> Assistance:
    """Tell an obstacle met with a disability: the answer is due within a week."""
    seulement((*Assistance.RECIT, "courriel"), champs)
    maintenant = horloge.maintenant()
    jour = horloge.jour(settings.TIME_ZONE)
    demande = _garder_le_recit(
        champs,
        reference=nouvelle_reference("S", jour),
        nature=Assistance.Nature.ACCESSIBILITE,
        niveau=Assistance.Niveau.NATIONAL,
        compte=par.compte,
        recue_le=maintenant,
        due_le=regles.accessibilite_due(jour),
    )
    consigner(Acte.ASSISTANCE_DEMANDER, par=par, objet=demande)
    _prevenir(demande)
    return demande


def _garder_le_recit(champs: dict[str, Any], **autres: Any) -> Assistance:
    """Keep a request for the year of its retention: what was told is sealed."""
    recit = {nom: champs.pop(nom, "") for nom in Assistance.RECIT}
    demande = Assistance(**autres, **champs)
    demande.fixer_terme(demande.recue_le.date() + regles.GARDE_ASSISTANCE)
    demande.ecrire("recit_scelle", recit, "recit")
    demande.save(force_insert=True)
    return demande


@transaction.atomic
def transmettre(demande: Assistance, *, par: Compte) -> None:
    """I-04: what the caisse cannot mend goes to the national support."""
    verrouillee = Assistance.objects.select_for_update().get(pk=demande.pk)
    exiger(permissions.can_transmettre(par, verrouillee))
    verrouillee.niveau = Assistance.Niveau.NATIONAL
    verrouillee.save(update_fields=["niveau"])
    consigner(Acte.ASSISTANCE_TRANSMETTRE, par=par, objet=verrouillee)
    _prevenir(verrouillee)


@transaction.atomic
def repondre(demande: Assistance, *, texte: str, par: Compte) -> None:
    """I-04: answer, by mail for who has no account or left one; once."""
    verrouillee = Assistance.objects.select_for_update().get(pk=demande.pk)
    exiger(permissions.can_repondre(par, verrouillee))
    verrouillee.repondue_le = horloge.maintenant()
    verrouillee.ecrire("reponse_scellee", texte, "reponse")
    verrouillee.save(update_fields=["reponse_scellee", "repondue_le"])
    consigner(Acte.ASSISTANCE_REPONDRE, par=par, objet=verrouillee)
    if verrouillee.courriel:
        # The page says it; to whom has none, the mail, whose row holds it sealed until it leaves.
        suite: dict[str, object] = (
            {"chemin": reverse("assistance-fiche", args=[verrouillee.reference])}
            if verrouillee.compte_id
            else {"secret_scelle": sceller_pour(verrouillee.courriel, texte)}
        )
        deposer_courriel(
            verrouillee.courriel, "information/assistance_repondue", {"demande": verrouillee} | suite
        )


def _prevenir(demande: Assistance) -> None:
    """Tell the support of the level that somebody waits."""
    chemin = reverse("assistance-fiche", args=[demande.reference])
    for adresse in _adresses(demande):
        deposer_courriel(adresse, "information/assistance_recue", {"demande": demande, "chemin": chemin})


def _adresses(demande: Assistance) -> list[str]:
    if demande.niveau == Assistance.Niveau.LOCAL and certain(demande.caisse).support_courriel:
        return [certain(demande.caisse).support_courriel]
    actifs = Compte.objects.actifs()
    if demande.niveau == Assistance.Niveau.LOCAL:
        comptes = actifs.pouvant(Droit.REPONDRE_ASSISTANCE).filter(caisses=demande.caisse)
    else:
        comptes = actifs.pouvant(Droit.REPONDRE_ASSISTANCE_NATIONALE)
    return sorted({compte.email for compte in comptes} - {""})
