"""Acts on a person's request (R-03): received, identity checked, searched, extracted, limited, answered."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite.gels import DejaGele, poser_gel
from conformite.journal import consigner
from conformite.models.travaux import Gel
from conformite.prolongation import dernier_jour
from conventions.models.partenaires import Partenaire
from droits import extraction, notifications
from droits.journal import Acte
from droits.models.demandes import DemandeDroits, ResultatDeRecherche
from droits.regles import EtapeImpossible, echeance_reponse
from echanges.notifications import opposition_admise, rectification_demandee
from echanges.recherche import ecarter
from signalements.models.demandes import Demande
from socle import horloge
from socle.acteurs import Acteur
from socle.references import nouvelle_reference


def enregistrer(
    *,
    par: Acteur,
    caisse: Caisse,
    droit: str,
    qualite: str,
    recue_le: dt.date,
    contenu: dict[str, str],
    partenaire: Partenaire | None = None,
) -> DemandeDroits:
    """Record a request, and start its month at its reception; tell the DPO."""
    demande = DemandeDroits(
        reference=nouvelle_reference("R", horloge.jour(caisse.fuseau)),
        caisse=caisse,
        partenaire=partenaire,
        droit=droit,
        qualite=qualite,
        recue_le=recue_le,
        echeance_le=echeance_reponse(recue_le),
        saisie_le=horloge.maintenant(),
        saisie_par=par.compte,
    )
    demande.fixer_terme(dernier_jour(None))
    demande.poser_contenu(contenu)
    with transaction.atomic():
        demande.save()
        consigner(Acte.DROITS_RECEVOIR, par=par, objet=demande, droit=droit)
        notifications.droits_recus(demande)
    return demande


def verifier_identite(demande: DemandeDroits, *, par: Acteur) -> None:
    """Note that the identity of the person is checked: nothing is searched before. Raise `EtapeImpossible`."""
    with transaction.atomic():
        verrouillee = _verrouiller(demande)
        if verrouillee.identite_le is None:
            verrouillee.identite_le = horloge.maintenant()
            verrouillee.save(update_fields=["identite_le"])
            consigner(Acte.DROITS_IDENTITE, par=par, objet=verrouillee)


def rechercher(demande: DemandeDroits, *, par: Acteur) -> list[str]:
    """Find what is held about the person, by the keyed index; return the references. Raise `EtapeImpossible`."""
    with transaction.atomic():
        verrouillee = _verrouiller(demande)
        if verrouillee.identite_le is None:
            raise EtapeImpossible
        _classer(verrouillee)
        verrouillee.recherchee_le = horloge.maintenant()
        verrouillee.save(update_fields=["recherchee_le"])
        vues = [*verrouillee.trouvees, *verrouillee.choix, *verrouillee.proches]
        citees = extraction.references(vues)
        consigner(Acte.DROITS_RECHERCHER, par=par, objet=verrouillee, citees=citees, resultats=len(citees))
    return verrouillee.trouvees


def trancher(demande: DemandeDroits, *, par: Acteur, choix: dict[str, bool]) -> None:
    """Note which of what resembles the person is hers, and which is not. Raise `EtapeImpossible` before the search.

    Raise ValidationError for what cannot be one person.
    """
    with transaction.atomic():
        verrouillee = _verrouiller(demande)
        if verrouillee.recherchee_le is None:
            raise EtapeImpossible
        if extraction.se_contredisent(verrouillee, _classer(verrouillee, choix)):
            raise ValidationError(
                "Ces dossiers portent des dates de naissance différentes : ce sont plusieurs personnes. "
                "Demandez la date complète, et ne retenez que les dossiers de celle qui demande.",
                code="plusieurs",
            )
        citees = extraction.references(list(choix))
        retenus = sum(choix.values())
        consigner(
            Acte.DROITS_TRANCHER,
            par=par,
            objet=verrouillee,
            citees=citees,
            retenus=retenus,
            nombre=len(choix),
        )


def _classer(demande: DemandeDroits, choix: dict[str, bool] | None = None) -> list[extraction.Trouvee]:
    """Search again, and put apart what is hers, surely or by choice, and what waits for a choice; return the first."""
    trouvees = extraction.chercher(demande)
    proches = [une.cle for une in trouvees if not une.certaine]
    dits = demande.choix | (choix or {})
    faits = {cle: dits[cle] for cle in proches if cle in dits}
    siennes = [une for une in trouvees if une.certaine or faits.get(une.cle)]
    resultat: ResultatDeRecherche = {
        "trouvees": [une.cle for une in siennes],
        "proches": [cle for cle in proches if cle not in faits],
        "choix": faits,
    }
    demande.ecrire("resultat_scelle", resultat, "resultat")
    demande.save(update_fields=["resultat_scelle"])
    return siennes


def masquer(demande: DemandeDroits, *, par: Acteur, mots: list[str]) -> None:
    """Note the words, sealed, that name other persons: the file is given without them. Raise `EtapeImpossible`."""
    uniques = dict.fromkeys(mots)
    with transaction.atomic():
        verrouillee = _verrouiller(demande)
        verrouillee.poser_contenu(verrouillee.contenu | {"masques": "\n".join(uniques)})
        verrouillee.save(update_fields=["contenu_scelle"])
        consigner(Acte.DROITS_MASQUER, par=par, objet=verrouillee, nombre=len(uniques))


def extraire(demande: DemandeDroits, *, par: Acteur) -> dict[str, object]:
    """Collect what is held about the person, third parties redacted. Raise `EtapeImpossible` before the search."""
    if demande.recherchee_le is None:
        raise EtapeImpossible
    with transaction.atomic():
        collecte = extraction.collecter(demande)
        consigner(
            Acte.DROITS_EXTRAIRE,
            par=par,
            objet=demande,
            citees=extraction.references(demande.trouvees),
            nombre=len(demande.trouvees),
        )
    return collecte


def limiter(demande: DemandeDroits, *, par: Acteur, jusqu_a: dt.date) -> int:
    """Freeze the purge of what was found, until a date; return how many are newly held. Raise `EtapeImpossible`."""
    if demande.recherchee_le is None or demande.qualite != DemandeDroits.Qualite.ASSURE:
        raise EtapeImpossible
    gelees = 0
    with transaction.atomic():
        _verrouiller(demande)
        for une in extraction.demandes_trouvees(demande):
            try:
                poser_gel(
                    une,
                    raison=Gel.Raison.DROITS,
                    jusqu_a=jusqu_a,
                    fuseau=demande.caisse.fuseau,
                    par=par,
                    caisse=demande.caisse,
                )
            except DejaGele:
                continue
            gelees += 1
        consigner(Acte.DROITS_LIMITER, par=par, objet=demande, gelees=gelees)
    return gelees


def signaler_rectification(demande: DemandeDroits, *, par: Acteur) -> int:
    """Tell the structures whose demandes are concerned, and both sides of each exchange, without delay; return how many."""
    if demande.recherchee_le is None:
        raise EtapeImpossible
    with transaction.atomic():
        _verrouiller(demande)
        trouvees = list(extraction.demandes_trouvees(demande))
        techniciens = Compte.objects.actifs().filter(
            pk__in=Demande.objects.filter(pk__in=[une.pk for une in trouvees]).values("technicien")
        )
        # Each his own: that the person is known of another structure is told to none.
        for compte in techniciens:
            siennes = [une.reference for une in trouvees if une.technicien_id == compte.pk]
            notifications.rectification(demande, [compte], siennes)
        depots = list(extraction.depots_trouves(demande).select_related("participation", "flux"))
        for depot in depots:
            rectification_demandee(depot, demande.reference)
        consigner(Acte.DROITS_RECTIFICATION, par=par, objet=demande, nombre=len(trouvees) + len(depots))
    return len(trouvees) + len(depots)


def signaler_opposition(demande: DemandeDroits, *, par: Acteur) -> int:
    """Leave the rows of the person out of the exchanges, and tell both sides of each; return how many deposits."""
    if demande.recherchee_le is None:
        raise EtapeImpossible
    with transaction.atomic():
        _verrouiller(demande)
        depots = list(extraction.depots_trouves(demande).select_related("participation", "flux"))
        ecarter(extraction.lignes_trouvees(demande))
        for depot in depots:
            opposition_admise(depot, demande.reference)
        citees = [depot.reference for depot in depots]
        consigner(Acte.DROITS_OPPOSITION, par=par, objet=demande, citees=citees, nombre=len(depots))
    return len(depots)


def repondre(demande: DemandeDroits, *, par: Acteur, reponse: str) -> None:
    """Note the answer given to the person, and close. Raise `EtapeImpossible`.

    Raise ValidationError for « Aucune donnée conservée » when it is not what the search says, made again now.
    """
    with transaction.atomic():
        verrouillee = _verrouiller(demande)
        if reponse == DemandeDroits.Reponse.RIEN:
            _verifier_qu_il_n_y_a_rien(verrouillee)
        verrouillee.repondue_le, verrouillee.reponse = horloge.maintenant(), reponse
        verrouillee.fixer_terme(dernier_jour(verrouillee.fin))
        verrouillee.save(update_fields=["repondue_le", "reponse", "terme_le", "cle_enveloppee"])
        consigner(Acte.DROITS_REPONDRE, par=par, objet=verrouillee, reponse=reponse)


def _verifier_qu_il_n_y_a_rien(demande: DemandeDroits) -> None:
    if demande.recherchee_le is None:
        raise ValidationError("Faites d’abord la recherche.", code="recherche")
    siennes = _classer(demande)
    if demande.proches:
        raise ValidationError(
            "Des dossiers ressemblent à cette personne : dites d’abord, pour chacun, si c’est le sien. "
            "Faites à nouveau la recherche s’ils ne sont pas montrés.",
            code="proches",
        )
    if siennes:
        raise ValidationError("Des données de cette personne sont conservées.", code="trouvees")


def _verrouiller(demande: DemandeDroits) -> DemandeDroits:
    verrouillee = DemandeDroits.objects.select_for_update(of=("self",)).get(pk=demande.pk)
    if verrouillee.repondue_le is not None:
        raise EtapeImpossible
    return verrouillee
