"""Create, change, inactivate and reopen accounts."""

from collections.abc import Iterable
from copy import copy
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.actions.acces import envoyer_lien, fermer_sessions
from accounts.actions.avis import dire_le_geste
from accounts.actions.contreseings import demander_contreseing
from accounts.actions.places import verifier_place, verrouiller, verrouiller_compte
from accounts.journal import Acte
from accounts.models.acces import LienPersonnel
from accounts.models.compte import STATUTS_FERMES, STATUTS_OCCUPANTS, Compte
from accounts.models.contreseings import Contreseing
from accounts.models.facteurs import PosteConnu
from accounts.regles import CERTIFICATIONS, adresse_de_la_structure, domaine, jour_suppression
from caisses.models import Caisse, Pole
from conformite.journal import consigner, consigner_tous
from conventions.models.partenaires import Partenaire
from socle import crochets, horloge, noms
from socle.actes import seulement
from socle.acteurs import Acteur
from socle.certain import certain
from socle.courriels import deposer_courriels
from socle.messageries import MESSAGERIES_GRAND_PUBLIC
from socle.roles import Droit, Geste, accorde, peut, profils_sous

# Two structures may create « camille.durand » at the same instant.
ESSAIS_IDENTIFIANT = 30
# What `modifier_compte` changes of an account.
MODIFIABLES = frozenset({"civilite", "nom", "prenom", "fonction", "telephone", "email", "caisses", "poles"})


@transaction.atomic
def creer_compte(
    *,
    profil: str,
    nom: str,
    prenom: str,
    email: str,
    par: Acteur,
    identifiant: str | None = None,
    partenaire: Partenaire | None = None,
    caisses: Iterable[Caisse] = (),
    poles: Iterable[Pole] = (),
    certifications: Iterable[str] = (),
    releve_de: Compte | None = None,
    temoins: Iterable[Caisse] = (),
    **coordonnees: str,
) -> Compte:
    """Create an account that waits for its activation, and write to the person (A-01, A-02, A-05, A-20).

    A caisse’s, a national’s, one that `temoins` watch wait for a second person, and nobody is written to (A-01, A-24).
    `certifications`: all of them (A-03). `releve_de`: whose seat it takes (Q-07). Raise ValidationError (Q-04, A-03, A-04).
    """
    partenaire = verrouiller(partenaire) if partenaire is not None else None
    verifier_caisses(caisses := list(caisses))
    compte = Compte(
        profil=profil,
        statut=Compte.Statut.EN_ATTENTE if partenaire and not temoins else Compte.Statut.A_CONFIRMER,
        nom=nom,
        prenom=prenom,
        email=email,
        partenaire=partenaire,
        certifications=sorted(certifications),
        releve_de=releve_de,
        rattache_a=par.compte if peut(par, Droit.GERER_STRUCTURE) else None,
        cree_le=horloge.maintenant(),
        cree_par=par.compte,
        **coordonnees,
    )
    if partenaire is not None:
        verifier_creation(compte)
    else:
        verifier_adresse_de_caisse(compte, caisses)
        verifier_personne(compte)
    _enregistrer(compte, identifiant)
    compte.caisses.set(caisses)
    compte.poles.set(poles)
    consigner(Acte.COMPTE_CREER, par=par, objet=compte, profil_cree=str(profil))
    if _accorde(Contreseing.Nature.OUVERTURE, compte, par, temoins or compte.caisses.all()):
        ouvrir(compte)
        dire_le_geste(Acte.COMPTE_CREER, compte, par=par)
    return compte


def verifier_caisses(caisses: Iterable[Caisse]) -> None:
    """Raise ValidationError for a caisse that was closed: no account is opened there any more."""
    if any(caisse.fermee_le for caisse in caisses):
        raise ValidationError(
            {"caisses": "Une caisse choisie est fermée : aucun compte n’y est plus ouvert."}
        )


def _accorde(
    nature: str, compte: Compte, par: Acteur, caisses: Iterable[Caisse], poles: Iterable[Pole] = ()
) -> bool:
    """Whether the act is done now; else a second person is asked (A-24).

    Now: of a structure’s account (A-01, A-02) but what one alone asks for it, by a command (A-20), by a national who is alone.
    """
    if par.compte is None or (compte.partenaire_id and compte.statut != Compte.Statut.A_CONFIRMER):
        return True
    contreseing = demander_contreseing(nature, compte, par=par.compte, caisses=caisses, poles=poles)
    return contreseing.statut == Contreseing.Statut.SEUL


def ouvrir(compte: Compte) -> None:
    """Let the person activate the account (A-05)."""
    compte.statut = Compte.Statut.EN_ATTENTE
    compte.save(update_fields=["statut"])
    envoyer_lien(compte, LienPersonnel.Usage.ACTIVATION)


def verifier_creation(compte: Compte) -> None:
    """Raise ValidationError when a rule forbids this account in its structure, whose row is locked (Q-04, A-03, A-04)."""
    partenaire, profil = certain(compte.partenaire), compte.profil
    verifier_adresse(compte.email, profil, partenaire)
    verifier_personne(compte)
    if accorde(profil, Droit.DEPOSER_DEMANDES) and set(compte.certifications) != set(CERTIFICATIONS):
        raise ValidationError("Certifiez chacun des points demandés.", code="certifications")
    if compte.releve_de is None:
        verifier_place(partenaire, profil)
    else:
        verifier_releve(partenaire, profil, compte.releve_de)


def _enregistrer(compte: Compte, identifiant: str | None) -> None:
    """Save a new account; a generated identifiant taken meanwhile by another structure is drawn again."""
    compte.set_unusable_password()
    for essai in range(ESSAIS_IDENTIFIANT):
        compte.identifiant = (identifiant or identifiant_libre(compte.prenom, compte.nom)).lower()
        # A generated identifiant is checked by the constraint alone: it may be taken between the two.
        compte.full_clean(exclude=["password"] if identifiant else ["password", "identifiant"])
        try:
            with transaction.atomic():
                compte.save()
        except IntegrityError:
            if identifiant or essai == ESSAIS_IDENTIFIANT - 1:
                raise
        else:
            return


def verifier_releve(partenaire: Partenaire, profil: str, releve_de: Compte) -> None:
    """Raise ValidationError unless `releve_de` holds a seat of this profile that no relève has taken (Q-07)."""
    titulaires = Compte.objects.occupants().filter(partenaire=partenaire, profil=profil, pk=releve_de.pk)
    if not accorde(profil, Droit.GERER_STRUCTURE) or not titulaires.exists():
        raise ValidationError("Cette personne n’est pas un gestionnaire de la structure.", code="releve")
    if releve_de.releves.filter(statut__in=STATUTS_OCCUPANTS).exists():
        raise ValidationError("Un successeur est déjà annoncé pour ce gestionnaire.", code="releve")


def identifiant_libre(prenom: str, nom: str) -> str:
    """Return `prenom.nom` in lower case without accents, numbered when it is taken."""
    base = noms.identifiant(prenom, nom)
    pris = set(Compte.objects.filter(identifiant__startswith=base).values_list("identifiant", flat=True))
    candidat, rang = base, 1
    while candidat in pris:
        rang += 1
        candidat = f"{base}{rang}"
    return candidat


def verifier_adresse(email: str, profil: str, partenaire: Partenaire) -> None:
    """Raise ValidationError for a free-mail address, or one out of the structure's domains (A-03)."""
    if domaine(email) in MESSAGERIES_GRAND_PUBLIC:
        raise ValidationError(
            "Une adresse professionnelle est demandée : les messageries gratuites ne sont pas acceptées.",
            code="messagerie_gratuite",
        )
    domaines = partenaire.domaines if accorde(profil, Droit.DEPOSER_DEMANDES) else []
    if domaines and not adresse_de_la_structure(email, domaines):
        raise ValidationError(
            f"Cette adresse n’est pas rattachée à votre structure. Domaines acceptés : {', '.join(domaines)}. "
            "Votre caisse peut en déclarer d’autres.",
            code="domaine",
        )


def verifier_adresse_de_caisse(compte: Compte, caisses: Iterable[Caisse]) -> None:
    """Raise ValidationError for an address out of the mail domains declared for its caisses (A-24); a national has none."""
    domaines = sorted({un for caisse in caisses for un in caisse.domaines})
    if compte.cote_caisse and not adresse_de_la_structure(compte.email, domaines):
        raise ValidationError(
            f"Cette adresse n’est pas celle de la caisse. Domaines acceptés : {', '.join(domaines) or 'aucun'}. "
            "L’administrateur national peut en déclarer d’autres.",
            code="domaine",
        )


def verifier_personne(compte: Compte) -> None:
    """Raise ValidationError when the mail box is another person's, or the person has this account already (A-04).

    Among the accounts of the structure; those of the caisses and the nationals are together.
    """
    freres = Compte.objects.exclude(statut__in=STATUTS_FERMES).exclude(pk=compte.pk).lus_dans(compte.email)
    personne = noms.Personne(compte.nom, compte.prenom)
    freres = freres.filter(partenaire=compte.partenaire)
    memes_comptes = set(freres.filter(profil=compte.profil).values_list("pk", flat=True))
    for frere in freres:
        ressemblance = noms.comparer_noms(noms.Personne(frere.nom, frere.prenom), personne)
        if ressemblance is noms.Ressemblance.CERTAINE:
            if frere.pk in memes_comptes:
                raise ValidationError(
                    f"Cette personne a déjà un compte de {frere.get_profil_display().lower()}.",
                    code="doublon",
                )
        elif compte.partenaire is None or not compte.partenaire.adresse_commune_permise:
            raise ValidationError(
                "Cette adresse est celle d’une autre personne : les liens personnels y seraient lus par d’autres. "
                "Indiquez une adresse nominative.",
                code="adresse_partagee",
            )


@transaction.atomic
def modifier_compte(compte: Compte, *, par: Compte, demandeur: Compte | None = None, **champs: Any) -> Compte:
    """Change coordinates of an account (A-09 for a gestionnaire: by the caisse only; A-20).

    A new mail address waits for its owner, or for a second person (A-23); `demandeur`: who chose it, when that is not
    `par`. An account taken out of a caisse has its sessions closed. Raise TypeError for a field that is not changed
    this way.
    """
    seulement(MODIFIABLES, champs)
    compte = verrouiller_compte(compte)
    avant = compte.reperes_du_journal()
    deplaces = _deplacer(
        compte, par, **{nom: champs.pop(nom) for nom in ("caisses", "poles") if nom in champs}
    )
    email = champs.pop("email", compte.email)
    changes = sorted(nom for nom, valeur in champs.items() if getattr(compte, nom) != valeur)
    if changes or email != compte.email:
        dire_le_geste(Acte.COMPTE_MODIFIER, compte, par=par)
    if deplaces:
        consigner(Acte.COMPTE_DEPLACER, par=par, objet=compte, avant=avant, champs=",".join(deplaces))
    for nom in changes:
        setattr(compte, nom, champs[nom])
    if email != compte.email or {"nom", "prenom"} & set(changes):
        verifier_boite(compte, email)
    sien = (
        compte.active_le is None and compte.cree_par_id == par.pk and not peut(compte, Droit.GERER_STRUCTURE)
    )
    if email != compte.email and not (compte.partenaire and sien):
        demander_adresse(compte, email, par=demandeur or par)
    elif email != compte.email:
        # Nobody was this account yet, and one person made it.
        compte.email = email
        changes.append("email")
    if not changes:
        return compte
    compte.full_clean(exclude=["password"])
    compte.save(update_fields=changes)
    consigner(
        Acte.COMPTE_MODIFIER,
        par=par,
        objet=compte,
        champs=",".join(changes)[:60],
    )
    return compte


def verifier_boite(compte: Compte, email: str) -> None:
    """Raise ValidationError when this address may not be the account's (A-03, A-04)."""
    essai = copy(compte)
    essai.email = email
    if essai.partenaire is not None:
        verifier_adresse(email, essai.profil, essai.partenaire)
    else:
        verifier_adresse_de_caisse(essai, essai.caisses.all())
    verifier_personne(essai)


def demander_adresse(compte: Compte, email: str, *, par: Compte) -> None:
    """Have a new address confirmed: by its owner from the former one, where he may sign in, or by a second person (A-23).

    Nothing changes meanwhile. Raise ValidationError for the mail box of who asks: the account would be his.
    """
    if par.pk != compte.pk and Compte.objects.filter(pk=par.pk).lus_dans(email).exists():
        raise ValidationError(
            "Cette adresse est la vôtre. Indiquez une adresse nominative.", code="adresse_partagee"
        )
    nature = Contreseing.Nature.ADRESSE
    demander_contreseing(nature, compte, par=par.compte, caisses=compte.caisses.all(), email=email)
    if compte.is_active and compte.email:
        envoyer_lien(compte, LienPersonnel.Usage.ADRESSE)


def poser_adresse(compte: Compte, email: str, *, par: Compte) -> None:
    """Set an address that was confirmed (A-23); both boxes are told, and no link sent before is worth anything."""
    verifier_boite(compte, email)
    ancienne, compte.email = compte.email, email
    compte.save(update_fields=["email"])
    compte.liens.filter(consomme_le=None).update(consomme_le=horloge.maintenant())
    contexte = {"identifiant": compte.identifiant}
    adresses = [(adresse, contexte) for adresse in (ancienne, email) if adresse]
    deposer_courriels(adresses, "accounts/adresse_changee")
    consigner(Acte.COMPTE_MODIFIER, par=par, objet=compte, champs="email")


def refaire_identite(compte: Compte) -> None:
    """Void the password and the factor, everywhere; the person sets them anew from her new address (A-23)."""
    compte.set_unusable_password()
    compte.save(update_fields=["password"])
    for moyens in (
        compte.appareiltotp_set,
        compte.cles_d_acces,
        compte.codes_secours,
        compte.postes,
    ):
        moyens.all().delete()
    fermer_sessions(compte)
    ouvrir(compte)


def _deplacer(compte: Compte, par: Compte, **voulus: Iterable[Caisse | Pole]) -> list[str]:
    """Put a caisse-side account in these caisses and pôles; return which of the two changed.

    A caisse more waits, with its pôles, for a second person (A-24).
    """
    quittees = set(compte.caisses.all()) - set(voulus.get("caisses", compte.caisses.all()))
    autres = Compte.objects.actifs().pouvant(Droit.HABILITER).exclude(pk=compte.pk)
    seul = any(not autres.filter(caisses=caisse).exists() for caisse in quittees)
    if seul and accorde(compte.profil, Droit.HABILITER):
        phrase = (
            "C’est le seul administrateur d’une caisse que vous retirez : ouvrez d’abord un autre compte."
        )
        raise ValidationError({"caisses": phrase})
    if ajoutees := set(voulus.get("caisses", ())) - set(compte.caisses.all()):
        if not set(voulus["caisses"]) - ajoutees and compte.caisses.exists():
            raise ValidationError(
                {
                    "caisses": "Une caisse ajoutée attend une seconde personne : gardez celle d’aujourd’hui, et retirez-la "
                    "ensuite."
                }
            )
        caisses = Caisse.objects.filter(pk__in={caisse.pk for caisse in ajoutees})
        poles = Pole.objects.filter(pk__in={pole.pk for pole in voulus.get("poles", ())}, caisse__in=caisses)
        if not _accorde(Contreseing.Nature.RATTACHEMENT, compte, par, caisses, poles):
            voulus = {nom: set(objets) - ajoutees - set(poles) for nom, objets in voulus.items()}
    changes = []
    for nom, objets in voulus.items():
        relation, cles = getattr(compte, nom), {objet.pk for objet in objets}
        avant = set(relation.values_list("pk", flat=True))
        if avant == cles:
            continue
        relation.set(cles)
        changes.append(nom)
        if nom == "caisses" and avant - cles:
            fermer_sessions(compte)
    return changes


def rattacher(compte: Compte, caisses: Iterable[Caisse], poles: Iterable[Pole], *, par: Compte) -> None:
    """Put a caisse-side account in more caisses and pôles, that a second person confirmed (A-24)."""
    compte.caisses.add(*caisses)
    compte.poles.add(*poles)
    consigner(Acte.COMPTE_DEPLACER, par=par, objet=compte, champs="caisses,poles")


def fuseau(compte: Compte) -> str:
    """Return the zone in which the days of this account are judged (T-06): its caisse's, or its structure's."""
    zones = Caisse.objects.filter(comptes=compte)
    if compte.partenaire is not None:
        signees = compte.partenaire.participations.exclude(debut=None)
        zones = Caisse.objects.filter(participations__in=signees)
    return zones.order_by("pk").values_list("fuseau", flat=True).first() or settings.TIME_ZONE


@transaction.atomic
def inactiver(compte: Compte, *, par: Acteur, cause: str, prevenir: bool = True) -> bool:
    """Close an account now, everywhere, with its open sessions (A-10, A-12, A-13, A-15, A-16).

    Return False when it was closed already: twice is once. The six months of A-14 start here.
    """
    ligne = verrouiller_compte(compte)
    if ligne.statut not in STATUTS_OCCUPANTS:
        return False
    fermer([ligne], par=par, cause=cause, prevenir=prevenir)
    compte.refresh_from_db()
    return True


def fermer(lignes: list[Compte], *, par: Acteur, cause: str, prevenir: bool = True) -> None:
    """Close accounts that hold a seat, all of one structure or one alone, all at once.

    The caller has locked their structure, then their rows (see `inactiver`).
    """
    maintenant = horloge.maintenant()
    suppression_le = jour_suppression(horloge.jour(fuseau(lignes[0])))
    etat = {
        "statut": Compte.Statut.INACTIF,
        "inactivation": cause,
        "inactive_le": maintenant,
        "inactive_par": par.compte,
        "inactive_cote": cote(par),
        "suppression_le": suppression_le,
    }
    Compte.objects.filter(pk__in=[ligne.pk for ligne in lignes]).update(**etat)
    LienPersonnel.objects.filter(compte__in=lignes, consomme_le=None).update(consomme_le=maintenant)
    PosteConnu.objects.filter(compte__in=lignes).delete()
    fermer_sessions(*lignes)
    for ligne in lignes:
        if peut(ligne, Droit.GERER_STRUCTURE):
            rattacher_techniciens(ligne)
    if prevenir:
        contexte = {"cause": cause, "jour": suppression_le}
        deposer_courriels(
            [(ligne.email, contexte | {"identifiant": ligne.identifiant}) for ligne in lignes if ligne.email],
            "accounts/inactivation",
        )
    consigner_tous(Acte.COMPTE_INACTIVER, lignes, par=par, cause=str(cause))


def verifier_remise(compte: Compte) -> None:
    """Raise ValidationError while the person still has cases in charge: they are handed over first (A-20).

    A fraud, a loss or a theft does not wait (A-15): its caller does not ask.
    """
    phrases = [dire(compte) for dire in crochets.avant_fermeture.values()]
    if restantes := [phrase for phrase in phrases if phrase]:
        raise ValidationError(restantes, code="remise")


def cote(par: Acteur) -> str:
    """Return the side that acts, which alone may undo it (A-19)."""
    if par.compte is None:
        return "systeme"
    return "partenaire" if par.cote_partenaire else "caisse"


def rattacher_techniciens(parti: Compte) -> None:
    """Attach the techniciens of a gestionnaire who leaves to the successor (A-11); they stay active."""
    actifs = Compte.objects.gestionnaires(parti.partenaire_id).actifs().exclude(pk=parti.pk)
    successeur = actifs.filter(releve_de=parti).first() or actifs.order_by("active_le").first()
    if successeur is not None:
        parti.rattaches.update(rattache_a=successeur)


@transaction.atomic
def reactiver(compte: Compte, *, par: Acteur) -> Compte:
    """Reopen an inactivated account within its six months, seat checked (A-19). The right is the caller's to check.

    The person sets a new password and factor by a fresh link; that of a caisse waits for a second person first (A-24).
    Raise ValidationError without a seat (Q-04, Q-05).
    """
    ligne = verrouiller_compte(compte)
    if ligne.statut != Compte.Statut.INACTIF:
        raise ValidationError("Ce compte n’est pas inactif.", code="etat")
    if _accorde(Contreseing.Nature.REOUVERTURE, ligne, par, ligne.caisses.all()):
        rouvrir(ligne, par=par)
    compte.refresh_from_db()
    return ligne


def rouvrir(ligne: Compte, *, par: Acteur) -> None:
    """Reopen an account that its caller has locked, and asked whether it may be."""
    if ligne.partenaire is not None:
        verifier_place(ligne.partenaire, ligne.profil)
    verifier_personne(ligne)
    ligne.inactivation, ligne.inactive_cote = "", ""
    ligne.inactive_le = ligne.inactive_par = ligne.suppression_le = None
    ligne.depart_le = ligne.depart_annonce_le = ligne.depart_annonce_par = None
    ligne.releve_de = None
    ligne.set_unusable_password()
    ligne.statut = Compte.Statut.EN_ATTENTE
    ligne.save()
    ouvrir(ligne)
    dire_le_geste(Acte.COMPTE_REACTIVER, ligne, par=par)
    consigner(Acte.COMPTE_REACTIVER, par=par, objet=ligne)


def rouvrir_apres_fin(partenaire: Partenaire, *, par: Acteur) -> tuple[int, int]:
    """Reopen in one act the accounts that the end of the conventions closed (A-19); return (reopened, left closed).

    The administrateur reopens the gestionnaires, each gestionnaire his techniciens. The seats decide who is left.
    """
    fermes = Compte.objects.filter(
        partenaire=partenaire,
        profil__in=profils_sous(par, Geste.ROUVRIR_APRES_FIN),
        statut=Compte.Statut.INACTIF,
        inactivation=Compte.Inactivation.FIN_CONVENTION,
    )
    rouverts = restants = 0
    for compte in fermes.order_by(F("derniere_connexion_le").desc(nulls_last=True), "pk"):
        try:
            reactiver(compte, par=par)
            rouverts += 1
        except ValidationError:
            restants += 1
    return rouverts, restants
