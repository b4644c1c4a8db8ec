"""The caisse's own settings, and the caisses of the national administrateur."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from caisses import actions, referentiels
from caisses.forms import (
    AccesForm,
    CaisseForm,
    ChomeForm,
    CoordonneesCaisseForm,
    CorrectionForm,
    DomainesForm,
    PoleForm,
    ReglageForm,
    RelancesForm,
    VecteurForm,
    VecteurModifieForm,
)
from caisses.models import Caisse, Motif, Pole, VecteurContact
from caisses.permissions import can_creer_caisse, can_regler_caisse
from socle.actes import LECTURE_ECRITURE, ActeDePage, PageDUnActe
from socle.acteurs import Acteur
from socle.roles import Droit, exiger, peut


def _charger(request: HttpRequest, code: str) -> Caisse:
    caisse = get_object_or_404(Caisse.objects.visibles_par(request.user), code=code)
    exiger(can_regler_caisse(request.user, caisse))
    return caisse


@require_safe
def la_caisse(request: HttpRequest) -> HttpResponse:
    """Send an administrateur to his caisse, or let him choose among several."""
    caisses = [
        caisse
        for caisse in Caisse.objects.visibles_par(request.user)
        if can_regler_caisse(request.user, caisse)
    ]
    exiger(bool(caisses))
    if len(caisses) == 1:
        return redirect("caisse-reglages", caisses[0].code)
    return render(request, "caisses/caisses.html", {"caisses": caisses})


@require_safe
def reglages(request: HttpRequest, code: str) -> HttpResponse:
    """Show pôles, delays of the motifs, channels and calendar of a caisse."""
    caisse = _charger(request, code)
    reglages_ = {reglage.motif_id: reglage for reglage in caisse.reglages.all()}
    poles = {pole.code: pole for pole in caisse.poles.all()}
    motifs = [
        _ligne_motif(motif, reglages_.get(motif.pk), poles)
        for motif in Motif.objects.select_related("service")
    ]
    contexte = {
        "caisse": caisse,
        "poles": sorted(poles.values(), key=lambda pole: pole.libelle),
        "motifs": motifs,
        "vecteurs": caisse.moyens_de_contact,
        "chomes": caisse.chomes.filter(jour__gte=caisse.jour),
    }
    return render(request, "caisses/caisse.html", contexte)


def _ligne_motif(motif: Motif, reglage: Any, poles: dict[str, Any]) -> dict[str, Any]:
    presse = referentiels.DELAI_URGENT_JOURS if motif.urgent else referentiels.DELAI_JOURS
    return {
        "motif": motif,
        "pole": poles.get(motif.pole_code),
        "delai": (reglage and reglage.delai_jours) or presse,
        "urgent": (reglage and reglage.delai_urgent_jours) or referentiels.DELAI_URGENT_JOURS,
        "propre": reglage is not None,
    }


_national = partial(ActeDePage, permis=can_creer_caisse, seul=True)
_regler = partial(ActeDePage, permis=lambda compte: peut(compte, Droit.REGLER_CAISSE), seul=True)


class _Page(PageDUnActe):
    """The form of one setting of a caisse."""

    gabarit = "caisses/acte.html"
    vers = ("caisse-reglages", "code")
    # What the form shows of the caisse itself.
    montres: Iterable[str] = ()

    def charger(self) -> Caisse:
        return _charger(self.request, self.cles["code"])

    def options(self, acte: ActeDePage, objet: Caisse) -> dict[str, object]:
        return {"initial": {nom: getattr(objet, nom) for nom in self.montres}}

    def contexte(self, objet: Caisse) -> dict[str, object]:
        return {"caisse": objet}

    def faire(self, acte: ActeDePage, objet: Caisse, /, **donnees: Any) -> Any:
        return acte.faire(par=self.compte, caisse=objet, **donnees)


def _vu(montres: Iterable[str]) -> Callable[[Caisse], object]:
    return lambda caisse: [getattr(caisse, nom) for nom in montres]


class _Decrire(_Page):
    """Change how the caisse is reached (C-08)."""

    montres = tuple(CoordonneesCaisseForm.base_fields)
    actes = (
        _regler(
            *("decrire", "Coordonnées", "Enregistrer", "Les coordonnées sont enregistrées."),
            *(actions.decrire_caisse, CoordonneesCaisseForm),
            vu=_vu(montres),
        ),
    )


class _AjouterPole(_Page):
    """Add a pôle (D-11)."""

    actes = (
        _regler(
            *("pole", "Ajouter un pôle", "Enregistrer", "Le pôle est ajouté."),
            *(actions.creer_pole, PoleForm),
        ),
    )


class _PageDUnPole(_Page):
    """One act on a pôle of the caisse (D-11)."""

    def charger(self) -> Caisse:
        caisse = super().charger()
        self.pole = get_object_or_404(Pole, caisse=caisse, pk=self.cles["pole"])
        return caisse

    def contexte(self, objet: Caisse) -> dict[str, object]:
        return {"caisse": objet, "titre_acte": f"{self.actes[0].titre} : {self.pole}"}

    def faire(self, acte: ActeDePage, objet: Caisse, /, **donnees: Any) -> Any:
        return super().faire(acte, objet, pole=self.pole, **donnees)


class _RenommerPole(_PageDUnPole):
    actes = (
        _regler(
            *("renommer", "Renommer un pôle", "Enregistrer", "Le pôle est renommé."),
            *(actions.renommer_pole, PoleForm),
        ),
    )

    def options(self, acte: ActeDePage, objet: Caisse) -> dict[str, object]:
        return {"initial": {"libelle": self.pole.libelle}}


class _RetirerPole(_PageDUnPole):
    actes = (
        _regler(
            *("retirer", "Retirer ce pôle", "Retirer ce pôle", "Le pôle est retiré."), actions.retirer_pole
        ),
    )

    def pertes(self, acte: ActeDePage, objet: Caisse) -> list[str]:
        return [f"Le pôle « {self.pole} » n’existera plus ; les comptes qui y sont n’y seront plus."]


class _ReglerMotif(_Page):
    """Set the target delays of a motif (D-08)."""

    actes = (
        _regler(
            "motif",
            "Régler le motif",
            "Enregistrer",
            "Le motif est réglé.",
            actions.regler_motif,
            ReglageForm,
        ),
    )

    def charger(self) -> Caisse:
        caisse = super().charger()
        self.motif = get_object_or_404(Motif, pk=self.cles["motif"])
        return caisse

    def options(self, acte: ActeDePage, objet: Caisse) -> dict[str, object]:
        reglage = objet.reglages.filter(motif=self.motif).first()
        noms = ("delai_jours", "delai_urgent_jours")
        return {"initial": {nom: getattr(reglage, nom, None) for nom in noms}}

    def contexte(self, objet: Caisse) -> dict[str, object]:
        return {"caisse": objet, "titre_acte": f"Régler le motif : {self.motif}"}

    def faire(self, acte: ActeDePage, objet: Caisse, /, **donnees: Any) -> Any:
        return super().faire(acte, objet, motif=self.motif, **donnees)


class _ReglerRelances(_Page):
    """Set when a structure that does not answer is reminded, then its demande closed (D-20)."""

    montres = tuple(RelancesForm.base_fields)
    actes = (
        _regler(
            *("relances", "Rappels à la structure", "Enregistrer", "Les rappels sont réglés."),
            *(actions.regler_relances, RelancesForm),
            vu=_vu(montres),
        ),
    )


class _ReglerAcces(_Page):
    """Set how the people of the caisse sign in (A-25)."""

    montres = tuple(AccesForm.base_fields)
    actes = (
        _regler(
            *("acces", "Connexion des comptes de la caisse", "Enregistrer", "La connexion est réglée."),
            *(actions.regler_acces, AccesForm),
            vu=_vu(montres),
        ),
    )


_VECTEUR = ("canal", "libelle", "valeur", "usage", "theme", "pole", "departements", "aussi_pour", "mention")


def _lus(vecteurs: Iterable[VecteurContact]) -> list[dict[str, Any]]:
    return [{nom: getattr(vecteur, nom) for nom in _VECTEUR} for vecteur in vecteurs]


def _servies_aussi(compte: Acteur, caisse: Caisse) -> QuerySet[Caisse]:
    """Return the other caisses that who sets this one sets too."""
    return Caisse.objects.filter(pk__in=compte.caisses.values("pk")).exclude(pk=caisse.pk)


class _AjouterVecteur(_Page):
    """Add a channel of contact at the end of the list (I-02, D-16)."""

    actes = (
        _regler(
            *("vecteur", "Ajouter un vecteur de contact", "Enregistrer", "Le vecteur de contact est ajouté."),
            *(actions.definir_vecteurs, VecteurForm),
        ),
    )

    def options(self, acte: ActeDePage, objet: Caisse) -> dict[str, object]:
        return {"caisse": objet, "autres": _servies_aussi(self.compte, objet)}

    def faire(self, acte: ActeDePage, objet: Caisse, /, **donnees: Any) -> Any:
        return super().faire(acte, objet, vecteurs=[*_lus(objet.vecteurs.all()), donnees])


class _ModifierVecteur(_Page):
    """Change a channel of contact, and its place in the list (I-02)."""

    actes = (
        _regler(
            *(
                "modifier",
                "Modifier un vecteur de contact",
                "Enregistrer",
                "Le vecteur de contact est modifié.",
            ),
            *(actions.definir_vecteurs, VecteurModifieForm),
            vu=lambda caisse: _lus(caisse.vecteurs.all()),
        ),
    )

    def charger(self) -> Caisse:
        caisse = super().charger()
        self.change = get_object_or_404(VecteurContact, caisse=caisse, pk=self.cles["vecteur"])
        self.tous = list(caisse.vecteurs.all())
        return caisse

    def options(self, acte: ActeDePage, objet: Caisse) -> dict[str, object]:
        initial = _lus([self.change])[0] | {"place": self.tous.index(self.change) + 1}
        # What it serves already stays offered to who sets this caisse alone.
        autres = _servies_aussi(self.compte, objet) | Caisse.objects.filter(code__in=self.change.aussi_pour)
        return {"caisse": objet, "autres": autres, "initial": initial}

    def faire(self, acte: ActeDePage, objet: Caisse, /, **donnees: Any) -> Any:
        suite = _lus(un for un in self.tous if un.pk != self.change.pk)
        suite.insert(donnees.pop("place") - 1, donnees)
        return super().faire(acte, objet, vecteurs=suite)


class _RetirerVecteur(_ModifierVecteur):
    """Take a channel of contact off the list (I-02)."""

    actes = (
        _regler(
            *("retirer", "Retirer ce vecteur de contact", "Retirer ce vecteur de contact"),
            *("Le vecteur de contact est retiré.", actions.definir_vecteurs),
        ),
    )

    def options(self, acte: ActeDePage, objet: Caisse) -> dict[str, object]:
        return {}

    def pertes(self, acte: ActeDePage, objet: Caisse) -> list[str]:
        return [f"« {self.change.libelle} » ne sera plus proposé aux structures pour joindre la caisse."]

    def faire(self, acte: ActeDePage, objet: Caisse, /, **donnees: Any) -> Any:
        return _Page.faire(
            self, acte, objet, vecteurs=_lus(un for un in self.tous if un.pk != self.change.pk)
        )


class _AjouterChome(_Page):
    """Add a customary day (T-04)."""

    actes = (
        _regler(
            *("chome", "Ajouter un jour chômé", "Enregistrer", "Le jour chômé est ajouté."),
            *(actions.ajouter_jour_chome, ChomeForm),
        ),
    )


decrire, ajouter_pole, regler_motif, regler_relances, regler_acces = (
    page.vue(methodes=LECTURE_ECRITURE)
    for page in (_Decrire, _AjouterPole, _ReglerMotif, _ReglerRelances, _ReglerAcces)
)
ajouter_vecteur, modifier_vecteur, retirer_vecteur, ajouter_chome, renommer_pole, retirer_pole = (
    page.vue(methodes=LECTURE_ECRITURE)
    for page in (
        _AjouterVecteur,
        _ModifierVecteur,
        _RetirerVecteur,
        _AjouterChome,
        _RenommerPole,
        _RetirerPole,
    )
)


# National administrateur


@require_safe
def nationales(request: HttpRequest) -> HttpResponse:
    """List every caisse, with its number of conventions in force and of pôles."""
    exiger(can_creer_caisse(request.user))
    caisses = Caisse.objects.annotate(
        nombre_poles=Count("poles", distinct=True),
        nombre_conventions=Count(
            "participations__convention",
            filter=Q(participations__convention__statut__in=["en_vigueur", "denoncee"]),
            distinct=True,
        ),
    ).order_by("nom", "pk")
    return render(request, "caisses/nationales.html", {"caisses": caisses})


class _Nouvelle(PageDUnActe):
    """Create a caisse: code, calendar, zone, départements."""

    actes = (
        ActeDePage.unique(
            *("creer", actions.creer_caisse, CaisseForm),
            fait=lambda caisse: f"{caisse} est créée.",
            permis=can_creer_caisse,
        ),
    )
    vers = ("national-caisses",)
    gabarit = "caisses/nationale.html"

    def charger(self) -> Any:
        return self.compte

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Caisse:
        donnees["departements"] = [donnees["departement"], *donnees["departements"]]
        return actions.creer_caisse(par=objet, **donnees)


class _PageNationale(PageDUnActe):
    """One act of the national on a caisse."""

    vers = ("national-caisses",)
    gabarit = "caisses/acte_national.html"

    def charger(self) -> Caisse:
        exiger(can_creer_caisse(self.compte))
        return get_object_or_404(Caisse, code=self.cles["code"])

    def contexte(self, objet: Caisse) -> dict[str, object]:
        return {"caisse": objet}


class _Domaines(_PageNationale):
    """Declare the mail domains of a caisse (A-24)."""

    actes = (
        _national(
            *("declarer", "Domaines de messagerie", "Enregistrer"),
            *(
                "Les domaines sont déclarés ; la caisse en est informée.",
                actions.declarer_domaines,
                DomainesForm,
            ),
            vu=lambda caisse: caisse.domaines,
        ),
    )

    def options(self, acte: ActeDePage, objet: Caisse) -> dict[str, object]:
        return {"initial": {"domaines": "\n".join(objet.domaines)}}


class _Corriger(_PageNationale):
    """Correct a caisse: its name, what it covers, how it is reached."""

    actes = (
        _national(
            *("corriger", "Corriger la caisse", "Enregistrer", "La caisse est corrigée."),
            *(actions.corriger_caisse, CorrectionForm),
            vu=lambda caisse: [caisse.nom, caisse.departements, caisse.courriel, caisse.telephone],
        ),
    )

    def options(self, acte: ActeDePage, objet: Caisse) -> dict[str, object]:
        initial = {nom: getattr(objet, nom) for nom in ("nom", "courriel", "telephone")}
        autres = [code for code in objet.departements if code != objet.departement]
        return {"initial": initial | {"departements": ", ".join(autres)}}


class _Fermer(_PageNationale):
    """Close a caisse."""

    actes = (
        _national(
            *("fermer", "Fermer la caisse", "Fermer la caisse", "La caisse est fermée."),
            actions.fermer_caisse,
            obstacle=lambda caisse: "Cette caisse est déjà fermée." if caisse.fermee_le else "",
        ),
    )

    def pertes(self, acte: ActeDePage, objet: Caisse) -> list[str]:
        return [
            f"{objet} ne pourra plus être engagée par une convention, et aucun compte n’y sera plus ouvert.",
            "Ce qu’elle garde encore s’efface à son terme ; ses comptes le lisent jusque-là.",
        ]


nouvelle, domaines, corriger, fermer = (
    page.vue(methodes=LECTURE_ECRITURE) for page in (_Nouvelle, _Domaines, _Corriger, _Fermer)
)
