"""Acts on caisses: their creation, their pôles, what they change of the motifs."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

from caisses import referentiels
from caisses.journal import Acte
from caisses.models import FUSEAUX, Caisse, JourChome, Motif, Pole, ReglageMotif, Service, VecteurContact
from caisses.permissions import can_creer_caisse, can_regler_caisse
from conformite.journal import consigner
from socle import horloge
from socle.actes import seulement
from socle.acteurs import Acteur
from socle.courriels import deposer_courriel
from socle.roles import exiger


@transaction.atomic
def charger_referentiels() -> tuple[int, int]:
    """Write services and motifs from the national referential; return how many. Running it twice changes nothing."""
    motifs = 0
    for rang, ligne in enumerate(referentiels.SERVICES):
        service, _ = Service.objects.update_or_create(
            code=ligne["code"], defaults={"libelle": ligne["libelle"], "ordre": rang}
        )
        for ordre, motif in enumerate(ligne["motifs"]):
            champs = {
                "service": service,
                "libelle": motif["libelle"],
                "ordre": ordre,
                "pole_code": motif["pole"],
                "assure": motif["assure"],
                "consentement": motif.get("consentement", False),
                "fiche": motif.get("fiche", False),
                "urgent": motif.get("urgent", False),
                "lie_a_une_demande": motif.get("lie_a_une_demande", False),
                "pieces": motif.get("pieces", []),
                "pieces_facultatives": motif.get("pieces_facultatives", False),
            }
            Motif.objects.update_or_create(code=motif["code"], defaults=champs)
            motifs += 1
    return len(referentiels.SERVICES), motifs


@transaction.atomic
def creer_caisse(
    *,
    par: Acteur,
    code: str,
    nom: str,
    departement: str,
    departements: Iterable[str] = (),
    domaines: Iterable[str] = (),
    fuseau: str = "",
    poles: bool = True,
    **champs: Any,
) -> Caisse:
    """Create a caisse with its calendar, and the pôles of the referential unless `poles` is False.

    `fuseau` defaults to the zone of the département. `champs`: phone, mail, interlocuteur local…
    `par` is the national administrateur, or the machine for a command (installation, demonstration).
    Raise ValidationError for a bad field or a code already taken.
    """
    exiger(can_creer_caisse(par))
    seulement(DESCRIPTION, champs)
    fuseau = fuseau or FUSEAUX.get(departement, "Europe/Paris")
    try:
        ZoneInfo(fuseau)
    except (ZoneInfoNotFoundError, ValueError) as erreur:
        raise ValidationError({"fuseau": "Ce fuseau horaire n’existe pas."}) from erreur
    caisse = Caisse(
        code=code,
        nom=nom,
        departement=departement,
        departements=list(departements) or [departement],
        domaines=list(domaines),
        fuseau=fuseau,
        **champs,
    )
    caisse.full_clean()
    caisse.save()
    if poles:
        Pole.objects.bulk_create(
            Pole(caisse=caisse, code=code_pole, libelle=libelle)
            for code_pole, libelle in referentiels.POLES.items()
        )
    consigner(Acte.CAISSE_CREER, par=par, objet=caisse, code=code)
    return caisse


@transaction.atomic
def declarer_domaines(caisse: Caisse, *, par: Acteur, domaines: list[str]) -> None:
    """Say in which mail domains its people are written to (A-24); the caisse and its DPO are told."""
    exiger(can_creer_caisse(par))
    declaration = (par.pk, horloge.maintenant().isoformat())
    nouvelles = dict.fromkeys(set(domaines) - set(caisse.domaines), declaration)
    anciennes = {un: dit for un, dit in caisse.domaines_declares.items() if un in domaines}
    caisse.domaines, caisse.domaines_declares = domaines, anciennes | nouvelles
    caisse.save(update_fields=["domaines", "domaines_declares"])
    for adresse in sorted({caisse.courriel, caisse.dpo_courriel} - {""}):
        deposer_courriel(adresse, "caisses/domaines", {"caisse": caisse.nom, "domaines": domaines})
    consigner(Acte.CAISSE_DOMAINES, par=par, objet=caisse, nombre=len(domaines))


@transaction.atomic
def creer_pole(*, par: Acteur, caisse: Caisse, libelle: str) -> Pole:
    """Create a pôle of the caisse (D-11), its code drawn from its name. Raise ValidationError for a name already taken."""
    exiger(can_regler_caisse(par, caisse))
    code = slugify(libelle)[:50]
    if not code or caisse.poles.filter(code=code).exists():
        raise ValidationError(
            {"libelle": "Un pôle de la caisse porte déjà ce nom, ou ce nom n’a pas de lettre."}
        )
    pole = Pole(caisse=caisse, code=code, libelle=libelle)
    pole.full_clean()
    pole.save()
    consigner(Acte.POLE_CREER, par=par, objet=pole, code=code)
    return pole


@transaction.atomic
def renommer_pole(*, par: Acteur, caisse: Caisse, pole: Pole, libelle: str) -> None:
    """Give a pôle another name (D-11); what goes to it still does. Raise ValidationError for a name already taken."""
    exiger(can_regler_caisse(par, caisse))
    if caisse.poles.filter(libelle__iexact=libelle).exclude(pk=pole.pk).exists():
        raise ValidationError({"libelle": "Un pôle de la caisse porte déjà ce nom."})
    pole.libelle = libelle
    pole.save(update_fields=["libelle"])
    consigner(Acte.POLE_RENOMMER, par=par, objet=pole, code=pole.code)


@transaction.atomic
def retirer_pole(*, par: Acteur, caisse: Caisse, pole: Pole) -> None:
    """Take away a pôle to which nothing goes any more (D-11); its agents leave it. Raise ValidationError otherwise."""
    exiger(can_regler_caisse(par, caisse))
    if pole.aiguillages.exists():
        raise ValidationError("Des motifs vont encore à ce pôle : aiguillez-les d’abord vers un autre.")
    try:
        pole.delete()
    except ProtectedError as erreur:
        raise ValidationError(
            "Des demandes de ce pôle sont encore gardées : il pourra être retiré quand elles seront effacées. "
            "D’ici là, vous pouvez le renommer."
        ) from erreur
    verifier_l_aiguillage(caisse)
    consigner(Acte.POLE_RETIRER, par=par, objet=caisse, code=pole.code)


def verifier_l_aiguillage(caisse: Caisse) -> None:
    """Raise ValidationError unless every motif goes to a pôle, whoever asks: its usual one, or by a rule without condition (D-11)."""
    toujours = caisse.aiguillages.filter(departement="", structure="")
    ailleurs = Motif.objects.exclude(pole_code__in=caisse.poles.values("code"))
    perdus = ailleurs.exclude(pk__in=toujours.exclude(motif=None).values("motif"))
    if perdus.exists() and not toujours.filter(motif=None).exists():
        raise ValidationError(
            f"Des demandes n’iraient plus à aucun pôle (motif « {perdus[0]} ») : aiguillez-les d’abord vers un autre."
        )


@transaction.atomic
def corriger_caisse(
    caisse: Caisse, *, par: Acteur, nom: str, departements: list[str], courriel: str, telephone: str
) -> None:
    """Correct how a caisse is called, what it covers, how it is reached; its calendar stays, promises stand on it."""
    exiger(can_creer_caisse(par))
    caisse.nom, caisse.courriel, caisse.telephone = nom, courriel, telephone
    caisse.departements = list(dict.fromkeys([caisse.departement, *departements]))
    caisse.save(update_fields=["nom", "courriel", "telephone", "departements"])
    consigner(Acte.CAISSE_CORRIGER, par=par, objet=caisse)


@transaction.atomic
def fermer_caisse(caisse: Caisse, *, par: Acteur) -> None:
    """Close a caisse that no convention binds any more: no convention and no account is made there again.

    What it keeps is kept to its term. Raise ValidationError while a convention lives.
    """
    exiger(can_creer_caisse(par))
    if caisse.participations.exclude(convention__statut__in=CONVENTIONS_FINIES).exists():
        raise ValidationError(
            "Des conventions lient encore cette caisse, ou sont en préparation : elle ne peut pas être fermée."
        )
    caisse.fermee_le = caisse.jour
    caisse.save(update_fields=["fermee_le"])
    consigner(Acte.CAISSE_FERMER, par=par, objet=caisse)


@transaction.atomic
def regler_motif(
    *,
    par: Acteur,
    caisse: Caisse,
    motif: Motif,
    delai_jours: int | None = None,
    delai_urgent_jours: int | None = None,
) -> ReglageMotif:
    """Set the target delays of a motif in a caisse (D-08); None gives the default back.

    Raise ValidationError for a delay out of 1…60 working days.
    """
    exiger(can_regler_caisse(par, caisse))
    for champ, delai in (("delai_jours", delai_jours), ("delai_urgent_jours", delai_urgent_jours)):
        if delai is not None and not 1 <= delai <= 60:
            raise ValidationError({champ: "Indiquez un délai de 1 à 60 jours ouvrés."})
    reglage, _ = ReglageMotif.objects.update_or_create(
        caisse=caisse,
        motif=motif,
        defaults={"delai_jours": delai_jours, "delai_urgent_jours": delai_urgent_jours},
    )
    consigner(Acte.MOTIF_REGLER, par=par, objet=reglage, motif=motif.code)
    return reglage


# A convention that binds nobody any more.
CONVENTIONS_FINIES = ("resiliee", "remplacee", "terminee")

DESCRIPTION = frozenset(
    {
        "telephone",
        "courriel",
        "adresse",
        "support_nom",
        "support_telephone",
        "support_courriel",
        "dpo_nom",
        "dpo_courriel",
        "dpo_adresse",
        "site_internet",
    }
)


@transaction.atomic
def decrire_caisse(*, par: Acteur, caisse: Caisse, **champs: object) -> Caisse:
    """Change how the caisse is reached, its interlocuteur local included (C-08, I-04).

    Raise ValidationError for a bad value, TypeError for a field that is not changed this way.
    """
    exiger(can_regler_caisse(par, caisse))
    seulement(DESCRIPTION, champs)
    caisse = Caisse.objects.select_for_update().get(pk=caisse.pk)
    for nom, valeur in champs.items():
        setattr(caisse, nom, valeur)
    caisse.full_clean()
    caisse.save(update_fields=list(champs))
    consigner(Acte.CAISSE_DECRIRE, par=par, objet=caisse)
    return caisse


@transaction.atomic
def regler_acces(*, par: Acteur, caisse: Caisse, cle_exigee: bool) -> None:
    """Have the people of a caisse sign in with a passkey, or no more (A-25)."""
    exiger(can_regler_caisse(par, caisse))
    caisse.cle_exigee = cle_exigee
    caisse.save(update_fields=["cle_exigee"])
    consigner(Acte.CAISSE_ACCES, par=par, objet=caisse, cle=cle_exigee)


@transaction.atomic
def regler_relances(
    *,
    par: Acteur,
    caisse: Caisse,
    premiere_relance_jours: int,
    seconde_relance_jours: int,
    sans_reponse_jours: int,
) -> None:
    """Set when a structure that does not answer is reminded, then its demande closed, in working days (D-20).

    Raise ValidationError when the delays do not follow one another.
    """
    exiger(can_regler_caisse(par, caisse))
    if seconde_relance_jours <= premiere_relance_jours:
        raise ValidationError({"seconde_relance_jours": "Indiquez un délai plus long que le premier rappel."})
    if sans_reponse_jours <= seconde_relance_jours:
        raise ValidationError({"sans_reponse_jours": "Indiquez un délai plus long que le second rappel."})
    delais: dict[str, Any] = {
        "premiere_relance_jours": premiere_relance_jours,
        "seconde_relance_jours": seconde_relance_jours,
        "sans_reponse_jours": sans_reponse_jours,
    }
    Caisse.objects.filter(pk=caisse.pk).update(**delais)
    consigner(Acte.CAISSE_RELANCES, par=par, objet=caisse, **delais)


@transaction.atomic
def definir_vecteurs(
    *, par: Acteur, caisse: Caisse, vecteurs: Iterable[Mapping[str, Any]]
) -> list[VecteurContact]:
    """Replace the channels of a caisse, in their order (I-02, D-16). Raise ValidationError for a bad one.

    One that begins to serve another caisse is shown in its name: `par` sets that one too.
    """
    exiger(can_regler_caisse(par, caisse))
    vecteurs = list(vecteurs)
    servies = {code for un in vecteurs for code in un.get("aussi_pour", ())}
    servies -= {code for un in caisse.vecteurs.all() for code in un.aussi_pour}
    for autre in Caisse.objects.filter(code__in=servies):
        exiger(can_regler_caisse(par, autre))
    nouveaux = [
        VecteurContact(caisse=caisse, ordre=ordre, **vecteur) for ordre, vecteur in enumerate(vecteurs)
    ]
    for vecteur in nouveaux:
        vecteur.full_clean()
    caisse.vecteurs.all().delete()
    VecteurContact.objects.bulk_create(nouveaux)
    consigner(Acte.CAISSE_VECTEURS, par=par, objet=caisse, nombre=len(nouveaux))
    return nouveaux


@transaction.atomic
def ajouter_jour_chome(*, par: Acteur, caisse: Caisse, jour: dt.date, libelle: str) -> JourChome:
    """Add a customary day on which the caisse does not work (T-04). Raise ValidationError when it is there already."""
    exiger(can_regler_caisse(par, caisse))
    chome = JourChome(caisse=caisse, jour=jour, libelle=libelle)
    chome.full_clean()
    chome.save()
    consigner(Acte.CAISSE_JOUR_CHOME, par=par, objet=chome, jour=f"{jour:%Y-%m-%d}")
    return chome
