"""Two acts on one account at the same instant, every pair of them (threads, real commits): one effect, the other told."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import reverse

from accounts.actions import comptes, habilitations, places, revues, securite
from accounts.models.compte import Compte
from accounts.models.contreseings import Contreseing
from accounts.models.habilitations import DemandeHabilitation
from accounts.views.actes import PageDeLAuteur, PageSurCompte
from accounts.views.comptes import ACTES
from caisses.models import Caisse
from conformite.models.journal import LigneJournal
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from socle.acteurs import MACHINE
from socle.profils import Profil
from tests import distribution
from tests.accounts.aides import personne, texte
from tests.matrice.test_matrice import motifs_du_resolveur
from tests.pannes.scene import attendre

GESTIONNAIRE, ADMINISTRATEUR = "gestionnaire", "administrateur"
S = Compte.Statut


@dataclass
class Geste:
    """An act: who does it, where, what is posted, its line in the journal; whether a second time has no sense."""

    nom: str
    par: str
    vers: Callable[[Compte], str]
    envoi: dict[str, Any] = field(default_factory=dict)
    acte: str = ""
    une_fois: bool = True

    def __str__(self) -> str:
        return self.nom


def _compte(vue: str) -> Callable[[Compte], str]:
    return lambda compte: reverse(vue, args=[compte.pk])


def _ligne(compte: Compte) -> str:
    ligne = compte.lignes_revue.get()
    return reverse("revue-decider", args=[ligne.revue_id, ligne.pk])


def _exclusion(compte: Compte) -> str:
    return reverse("compte-lever-exclusion", args=[compte.pk, compte.exclusions.earliest("pk").pk])


def _signalement(compte: Compte) -> str:
    return reverse("securite-traiter", args=[compte.signalements_securite.earliest("pk").pk])


MODIFIER = Geste("modifier", GESTIONNAIRE, _compte("compte-modifier"), acte="compte.modifier")
INACTIVER = Geste(
    *("inactiver", GESTIONNAIRE, _compte("compte-inactiver")),
    envoi={"inactiver-cause": "fraude"},
    acte="securite.signaler",
)
FACTEUR = Geste(
    *("refaire-facteur", GESTIONNAIRE, _compte("compte-refaire-facteur")),
    acte="compte.refaire_facteur",
    une_fois=False,
)
EXCLURE = Geste("exclure", ADMINISTRATEUR, _compte("compte-exclure"), acte="compte.exclure")
LEVER = Geste("lever", ADMINISTRATEUR, _exclusion, acte="compte.lever_exclusion")
REVUE_OUI = Geste("revue-oui", GESTIONNAIRE, _ligne, {"decision": "confirme"}, "revue.decider")
REVUE_NON = Geste("revue-non", GESTIONNAIRE, _ligne, {"decision": "inactive"}, "revue.decider")
TRAITER = Geste("traiter", ADMINISTRATEUR, _signalement, {"suite": "inactiver"}, "securite.traiter")
RELANCER = Geste("relancer", GESTIONNAIRE, _compte("compte-relancer"), acte="compte.relancer", une_fois=False)
REACTIVER = Geste("reactiver", GESTIONNAIRE, _compte("compte-reactiver"), acte="compte.reactiver")

ACTIF = (MODIFIER, INACTIVER, FACTEUR, EXCLURE, LEVER, REVUE_OUI, REVUE_NON, TRAITER)
EN_ATTENTE = (MODIFIER, INACTIVER, RELANCER, EXCLURE, LEVER, TRAITER)
INACTIF = (REACTIVER, LEVER)
PAR_ETAT = {S.ACTIF: ACTIF, S.EN_ATTENTE: EN_ATTENTE, S.INACTIF: INACTIF}
PAIRES = [
    (etat, *paire) for etat, gestes in PAR_ETAT.items() for paire in combinations_with_replacement(gestes, 2)
]
# Played further down, on what is asked about an account; in one act for a whole structure; and his demandes.
VUES = {
    "lever": "compte-lever-exclusion",
    **dict.fromkeys(("revue-oui", "revue-non"), "revue-decider"),
    "traiter": "securite-traiter",
}
# What confirming asks of who has just signed in.
PREUVE = {"identite-mot_de_passe": distribution.MOT_DE_PASSE}
AUTRES = {"habilitation-decider", "habilitation-retirer", "habilitation-completer", "contreseing-decider"}
AILLEURS = {"comptes-rouvrir", "compte-reprendre"}
# The same line, or the same account: only one of the two may be done.
EXCLUSIFS = ({"revue-oui", "revue-non"},)
FERMENT = {"inactiver", "revue-non", "traiter"}


def le_compte(identifiant: str) -> Compte:
    return Compte.objects.get(identifiant=identifiant)


@pytest.fixture
def metz(base_reelle) -> Partenaire:
    """A structure of two caisses, its two gestionnaires, two administrateurs; real commits."""
    caisses = [distribution.creer_caisse(*un) for un in (("moselle", "Moselle", "57"), ("var", "Var", "83"))]
    partenaire = distribution.creer_partenaire("21570463000017", "Metz", 400)
    distribution.creer_convention(partenaire, *caisses, quota_techniciens=[[0, 99]])
    for nom in ("premier", "second"):
        distribution.creer_compte_actif(f"gestionnaire.{nom}", Profil.GESTIONNAIRE, partenaire=partenaire)
        distribution.creer_compte_actif(
            f"administrateur.{nom}", Profil.ADMINISTRATEUR, caisses=tuple(caisses)
        )
    return partenaire


def techniciens(metz: Partenaire, etats: list[str]) -> list[Compte]:
    """Return a technicien in each of these states, excluded by one caisse, told of, and to review."""
    eux = [
        distribution.creer_compte_actif(f"technicien.n{rang}", Profil.TECHNICIEN, partenaire=metz)
        for rang in range(len(etats))
    ]
    administrateur, gestionnaire = le_compte("administrateur.premier"), le_compte("gestionnaire.premier")
    for compte in eux:
        caisse = Caisse.objects.get(code="var")
        securite.exclure(compte, caisse=caisse, par=administrateur, raison="Un essai.")
        securite.signaler(nature="perte", faits="Perdu.", compte=compte, par=administrateur)
    revues.ouvrir_revue(metz, caisse=Caisse.objects.get(code="moselle"), par=MACHINE)
    for compte, etat in zip(eux, etats, strict=True):
        if etat != S.ACTIF:
            comptes.inactiver(compte, par=gestionnaire, cause="depart")
        if etat == S.EN_ATTENTE:
            comptes.reactiver(compte, par=gestionnaire)
    return eux


def posts(compte: Compte, gestes: tuple[Geste, Geste]) -> list[Callable[[], HttpResponse]]:
    """Return what each of two persons is about to send, from the page that both have before them."""
    prets = []
    for rang, geste in zip(("premier", "second"), gestes, strict=True):
        client = distribution.connecte(le_compte(f"{geste.par}.{rang}"))
        ou, envoi = geste.vers(compte), dict(geste.envoi)
        if geste.nom == "modifier":
            form = client.get(ou).context["form"]
            envoi = {nom: form[nom].value() for nom in form.fields} | {
                "civilite": "madame",
                "telephone": "0387000000",
                "fonction": f"Fonction {rang}",
            }
        if geste.nom == "exclure":
            envoi = {"exclure-caisse": Caisse.objects.get(code="moselle").pk, "exclure-raison": "Une raison."}
        prets.append(lambda client=client, ou=ou, envoi=envoi: client.post(ou, envoi))
    return prets


def ensemble(prets: list[Callable[[], HttpResponse]]) -> list[HttpResponse]:
    """Send both at the same instant; return the answers in order."""
    barriere, reponses = threading.Barrier(len(prets)), {}

    def envoyer(rang: int) -> None:
        barriere.wait()
        try:
            reponses[rang] = prets[rang]()
            # On a busy machine a page may ask to be sent again.
            while reponses[rang].status_code == 503:
                reponses[rang] = prets[rang]()
        finally:
            connection.close()

    fils = [threading.Thread(target=envoyer, args=[rang]) for rang in range(len(prets))]
    [fil.start() for fil in fils]
    [fil.join() for fil in fils]
    return [reponses[rang] for rang in range(len(prets))]


def actes() -> Counter[str]:
    return Counter(LigneJournal.objects.values_list("acte", flat=True))


def test_chaque_paire_d_actes_d_un_compte(metz):
    """What was answered to be done is done, once; what was not is told; an account is closed once, and no page breaks."""
    for compte, (etat, *gestes) in zip(techniciens(metz, [un[0] for un in PAIRES]), PAIRES, strict=True):
        quoi = " + ".join(map(str, gestes))
        prets, avant = posts(compte, gestes), actes()
        compte.refresh_from_db()
        assert compte.statut == etat
        reponses = ensemble(prets)
        apres = actes() - avant
        faits = Counter(
            geste.acte for geste, un in zip(gestes, reponses, strict=True) if un.status_code == 302
        )
        assert {un.status_code for un in reponses} <= {302, 409} and faits, quoi
        assert {acte: apres[acte] for acte in faits} == dict(faits), quoi
        assert not [geste.acte for geste in gestes if apres[geste.acte] and geste.acte not in faits], quoi
        meme = gestes[0] is gestes[1] and gestes[0].une_fois
        if meme or {geste.nom for geste in gestes} in EXCLUSIFS:
            assert sorted(un.status_code for un in reponses) == [302, 409], quoi
        for geste, un in zip(gestes, reponses, strict=True):
            if un.status_code == 409:
                assert "n’a pas été faite" in texte(un) or "déjà" in texte(un), quoi
                assert geste.nom != "exclure" or "Une raison." in un.content.decode(), quoi
        compte.refresh_from_db()
        fermes = [g.nom for g, un in zip(gestes, reponses, strict=True) if un.status_code == 302]
        if FERMENT & set(fermes):
            assert compte.statut == S.INACTIF and apres["compte.inactiver"] == 1, quoi


def test_chaque_acte_declare_a_ses_paires():
    """Every address that serves an act on an account is played here, in each state where it comes."""
    pages = {motif.name: getattr(motif.callback, "page", None) for motif in motifs_du_resolveur()}
    sur_un_compte = {
        nom
        for nom, page in pages.items()
        if page and issubclass(page, PageSurCompte) and not issubclass(page, PageDeLAuteur)
    }
    joues = {VUES.get(geste.nom, f"compte-{geste.nom}") for gestes in PAR_ETAT.values() for geste in gestes}
    assert sur_un_compte == joues | AUTRES | AILLEURS
    for etat, gestes in PAR_ETAT.items():
        viennent = {acte.verbe for acte in ACTES if acte.quand(Compte(statut=etat))}
        assert viennent <= {geste.nom for geste in gestes}, etat


def test_une_modification_n_efface_pas_celle_d_un_autre(metz):
    """The second one sees what the first wrote, and finds what he typed; sent again, it is decided upon that."""
    [compte] = techniciens(metz, [S.ACTIF])
    premier, second = posts(compte, (MODIFIER, MODIFIER))
    assert premier().status_code == 302
    refus = second()
    assert refus.status_code == 409 and "Fonction second" in refus.content.decode()
    form = refus.context["form"]
    compte.refresh_from_db()
    assert compte.fonction == "Fonction premier"
    client = distribution.connecte(le_compte("gestionnaire.second"))
    encore = client.post(MODIFIER.vers(compte), {nom: form[nom].value() for nom in form.fields})
    compte.refresh_from_db()
    assert encore.status_code == 302 and compte.fonction == "Fonction second"


def test_deux_qui_se_ferment_l_un_l_autre(metz):
    """Of two nationals who close each other, one is closed, and does nothing more."""
    eux = [distribution.creer_compte_actif(f"national.{nom}", Profil.NATIONAL) for nom in ("un", "deux")]
    for _ in range(5):
        Compte.objects.filter(pk__in=[un.pk for un in eux]).update(
            statut="actif", inactive_le=None, inactivation="", suppression_le=None, inactive_cote=""
        )
        prets = []
        for moi, autre in (eux, eux[::-1]):
            client, ou = distribution.connecte(moi), reverse("compte-inactiver", args=[autre.pk])
            prets.append(lambda client=client, ou=ou: client.post(ou, {"inactiver-cause": "depart"}))
        reponses = ensemble(prets)
        assert sorted(un.status_code for un in reponses)[0] == 302
        assert Compte.objects.actifs().filter(profil=Profil.NATIONAL).count() == 1


# --- Whoever lost the right while he waited


def _fermer(compte: Compte) -> None:
    comptes.inactiver(compte, par=MACHINE, cause="depart")


def _changer_de_profil(compte: Compte) -> None:
    Compte.objects.filter(pk=compte.pk).update(
        profil=Profil.TECHNICIEN if compte.partenaire_id else Profil.DPO
    )


def _finir(compte: Compte) -> None:
    Participation.objects.update(fin=Caisse.objects.get(code="moselle").jour, fin_cause="denonciation")


@pytest.mark.parametrize("perdre", [_fermer, _changer_de_profil, _finir])
def test_qui_perd_son_droit_pendant_qu_il_attend_n_agit_pas(metz, postgres, perdre):
    """Each act, held back by the lock of the structure: its author asked again, it is refused and nothing is done."""
    etats = [S.ACTIF, S.EN_ATTENTE, S.INACTIF]
    par_etat = dict(zip(etats, techniciens(metz, etats), strict=True))
    for etat, geste in [(etat, geste) for etat, gestes in PAR_ETAT.items() for geste in gestes]:
        compte, reponses = par_etat[etat], []
        envoyer = posts(compte, (geste, geste))[0]
        auteur, avant = le_compte(f"{geste.par}.premier"), actes()

        def filer(envoyer=envoyer, reponses=reponses) -> None:
            try:
                reponses.append(envoyer())
            finally:
                connection.close()

        fil = threading.Thread(target=filer)
        with postgres.connexion() as admin, transaction.atomic():
            places.verrouiller(compte.partenaire)
            fil.start()
            attente = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
            attendre(
                lambda admin=admin, attente=attente: admin.execute(
                    attente, [connection.settings_dict["NAME"]]
                ).fetchone(),
                geste.nom,
            )
            perdre(auteur)
        fil.join()
        assert [un.status_code for un in reponses] in ([403], [404]), geste.nom
        assert not (actes() - avant)[geste.acte], geste.nom
        _retablir(auteur)


def _retablir(auteur: Compte) -> None:
    """Give back what the author lost, for the next act."""
    Participation.objects.update(fin=None, fin_cause="")
    Compte.objects.filter(pk=auteur.pk).update(
        profil=auteur.profil,
        statut="actif",
        inactive_le=None,
        inactivation="",
        suppression_le=None,
        inactive_cote="",
        inactive_par=None,
    )


# --- What is asked about an account


def deposee() -> DemandeHabilitation:
    gestionnaire = le_compte("gestionnaire.premier")
    return habilitations.deposer_demande(
        nature=DemandeHabilitation.Nature.HABILITATION,
        partenaire=gestionnaire.partenaire,
        caisse=Caisse.objects.get(code="moselle"),
        par=gestionnaire,
        **personne(),
    )


@pytest.mark.parametrize("decision", ["accepter", "renvoyer", "refuser", "retirer"])
@pytest.mark.parametrize("autre", ["retirer", "completer"])
def test_une_decision_et_ce_que_fait_la_structure(metz, decision, autre):
    """A-01: withdrawn, it is not decided any more; what was done is done once, the other is told."""
    demande = deposee()
    gestionnaire = distribution.connecte(le_compte("gestionnaire.premier"))
    completer = reverse("habilitation-completer", args=[demande.pk])
    form = gestionnaire.get(completer).context["form"]
    saisi = {nom: form[nom].value() for nom in form.fields if form[nom].value() not in (None, "")}
    envois = {
        "retirer": (gestionnaire, reverse("habilitation-retirer", args=[demande.pk]), {}),
        "completer": (gestionnaire, completer, saisi),
    }
    chez_elle = distribution.connecte(le_compte("administrateur.premier"))
    decider = reverse("habilitation-decider", args=[demande.pk])
    choix = envois.get(decision, (chez_elle, decider, {"decision": decision, "commentaire": "Un mot."}))
    if decision == "retirer":
        choix = (distribution.connecte(le_compte("gestionnaire.second")), *choix[1:])
    avant = actes()
    reponses = ensemble(
        [lambda un=un: un[0].post(*un[1:]) for un in (choix, envois[autre])],
    )
    statuts = [un.status_code for un in reponses]
    assert set(statuts) <= {302, 409} and 302 in statuts
    # What was sent back may still be withdrawn; withdrawn first, it is sent back no more.
    if autre == "retirer" and decision != "renvoyer":
        assert sorted(statuts) == [302, 409]
    decides = actes() - avant
    une = sum(decides[f"habilitation.{nom}"] for nom in ("acceptee", "renvoyee", "refusee"))
    assert une == (decision != "retirer" and statuts[0] == 302)


@pytest.mark.parametrize("paire", [*combinations_with_replacement(("accepter", "renvoyer", "refuser"), 2)])
def test_deux_decisions_d_une_habilitation(metz, paire):
    """A-01: one decision; the other is told, and keeps his comment."""
    demande = deposee()
    ou, prets = reverse("habilitation-decider", args=[demande.pk]), []
    for rang, decision in zip(("premier", "second"), paire, strict=True):
        client = distribution.connecte(le_compte(f"administrateur.{rang}"))
        envoi = {"decision": decision, "commentaire": f"Un mot de {rang}."}
        prets.append(lambda client=client, envoi=envoi: client.post(ou, envoi))
    avant = actes()
    reponses = ensemble(prets)
    assert sorted(un.status_code for un in reponses) == [302, 409]
    perdue = next(
        rang for rang, un in zip(("premier", "second"), reponses, strict=True) if un.status_code == 409
    )
    assert f"Un mot de {perdue}." in next(un for un in reponses if un.status_code == 409).content.decode()
    decides = actes() - avant
    assert sum(decides[f"habilitation.{nom}"] for nom in ("acceptee", "renvoyee", "refusee")) == 1


@pytest.mark.parametrize("paire", [("confirmer",) * 2, ("confirmer", "refuser"), ("refuser",) * 2])
def test_deux_secondes_personnes(metz, paire):
    """A-24: one of them; the other is told."""
    eux = [
        distribution.creer_compte_actif(f"national.{nom}", Profil.NATIONAL) for nom in ("un", "deux", "trois")
    ]
    compte = comptes.creer_compte(
        profil=Profil.NATIONAL, nom="Petit", prenom="Alix", email="alix@cnam.example", par=eux[0]
    )
    contreseing, prets = Contreseing.objects.get(compte=compte), []
    for moi, decision in zip(eux[1:], paire, strict=True):
        client, envoi = distribution.connecte(moi), {"decision": decision, "raison": "Un mot."} | PREUVE
        ou = reverse("contreseing-decider", args=[contreseing.pk])
        prets.append(lambda client=client, ou=ou, envoi=envoi: client.post(ou, envoi))
    reponses = ensemble(prets)
    assert sorted(un.status_code for un in reponses) == [302, 409]
    contreseing.refresh_from_db()
    compte.refresh_from_db()
    fait = paire[[un.status_code for un in reponses].index(302)]
    assert (contreseing.statut, compte.statut) == (
        ("confirme", "en_attente") if fait == "confirmer" else ("refuse", "inactif")
    )
