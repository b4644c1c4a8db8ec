"""The draft of a convention: its structure, its parameters (C-13), and two persons on one text."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from caisses.models import Motif
from conformite.journal import consigner
from conventions import clauses
from conventions.actions.conventions import Ouverture, SignataireSaisi, modifier_brouillon, rediger_convention
from conventions.actions.partenaires import creer_partenaire
from conventions.forms.convention import ACTE, DOCUMENTS, ConventionForm
from conventions.forms.partenaires import DepartDuBrouillonForm, PartenaireForm
from conventions.journal import Acte
from conventions.models.conventions import Convention
from conventions.models.partenaires import Partenaire
from conventions.models.suites import Partie
from conventions.parametres import PARAMETRES
from conventions.permissions import can_chercher_partenaire
from conventions.views.actes import PageSurConvention
from conventions.workflow import obstacle
from socle.actes import ActeDePage, PageASoi, envoye
from socle.certain import certain
from socle.roles import exiger


class _PageDuDebut(PageASoi):
    """First the SIRET, then the structure when it is unknown, and all the parameters (C-13)."""

    gabarit = "conventions/nouvelle.html"
    structure: PartenaireForm | None = None

    def preparer(self, verbe: str) -> HttpResponse | None:
        """Ask the SIRET first."""
        exiger(can_chercher_partenaire(self.compte))
        visibles = Convention.objects.visibles_par(self.compte).select_related("partenaire")
        # A model of the caisse, or the very convention whose page led here.
        self.source = visibles.filter(reference=self.request.GET.get("depuis", "")).first()
        modeles = list(visibles.filter(modele=True).order_by("partenaire__nom", "pk"))
        form = DepartDuBrouillonForm(
            self.request.GET if "siret" in self.request.GET else None,
            modeles=modeles if self.source is None or self.source in modeles else [self.source, *modeles],
        )
        if not form.is_bound or not form.is_valid():
            statut = 422 if form.errors else 200
            return render(self.request, "conventions/nouvelle_siret.html", {"form": form}, status=statut)
        self.siret = form.cleaned_data["siret"]
        self.partenaire = Partenaire.objects.filter(siret=self.siret).first()
        if self.request.method == "GET":
            consigner(Acte.PARTENAIRE_CHERCHER, par=self.compte, objet=self.partenaire or self.compte)
        return None

    def former(self, acte: ActeDePage, objet: Any) -> ConventionForm:
        donnees = envoye(self.request)
        if self.partenaire is None:
            self.structure = PartenaireForm(donnees, prefix="structure")
        initial = _initial(self.request, self.partenaire, self.source)
        return ConventionForm(donnees, compte=self.compte, partenaire=self.partenaire, initial=initial)

    def juger(self, form: Any) -> bool:
        return form.is_valid() and (self.structure is None or self.structure.is_valid())

    def contexte(self, objet: Any) -> dict[str, object]:
        return {
            "structure": self.structure,
            "siret": self.siret,
            "partenaire": self.partenaire,
        }

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Convention:
        partenaire = self.partenaire or self._creer_la_structure()
        parametres = self.form.parametres()
        if self.source is not None:
            parametres["clauses"] = clauses.heritees(self.source, donnees["objet"], partenaire)
        return rediger_convention(
            par=self.compte,
            partenaire=partenaire,
            objet=donnees["objet"],
            remplace=donnees["remplace"],
            ouvertures=_ouvertures(self.form, self.source),
            signataires=_signataires(self.form),
            **parametres,
        )

    def _creer_la_structure(self) -> Partenaire:
        structure = certain(self.structure)
        try:
            return creer_partenaire(par=self.compte, siret=self.siret, **structure.cleaned_data)
        except ValidationError as erreur:
            structure.refuser(erreur)
            # Told beside the fields of the structure.
            raise ValidationError({}) from erreur

    def retour(self, acte: ActeDePage) -> str:
        return reverse("convention", args=[self.rendu.reference]) if self.rendu else ""


nouvelle = _PageDuDebut.pour(
    "rediger",
    titre="Nouvelle convention",
    bouton="Rédiger la convention",
    fait="La convention est rédigée.",
    faire=rediger_convention,
    formulaire=ConventionForm,
    droit=lambda compte, _: can_chercher_partenaire(compte),
)


def _initial(
    request: HttpRequest, partenaire: Partenaire | None, source: Convention | None
) -> dict[str, Any]:
    """Return what the form shows first: the usual rules, or those of the convention from which one starts (C-15, C-23)."""
    caisses = list(request.user.caisses.all())
    initial: dict[str, Any] = {"caisses": caisses if len(caisses) == 1 else []}
    if source is not None:
        initial = _initial_du_brouillon(source) | {"remplace": "", "version": None}
        meme = partenaire is not None and source.partenaire_id == partenaire.pk
        if meme and source.statut in {Convention.Statut.EN_VIGUEUR, Convention.Statut.DENONCEE}:
            initial["remplace"] = source.reference
        # The act of another signature empowers nobody for this one.
        initial |= dict.fromkeys(("signataire_nom", "signataire_qualite", *ACTE), None)
    if partenaire is not None:
        initial |= {
            "signataire_nom": partenaire.representant,
            "signataire_qualite": partenaire.representant_qualite,
            "documents_par_portail": partenaire.peut_recevoir_des_documents,
            "documents_titres": [partenaire.type] if partenaire.peut_recevoir_des_documents else [],
        }
    return initial


def _ouvertures(form: ConventionForm, convention: Convention | None = None) -> list[Ouverture]:
    """Return what each caisse opens; a caisse of the draft whose motifs were set apart keeps them (C-09)."""
    motifs = form.motifs()
    propres = _motifs_a_part(convention) if convention else {}
    return [
        Ouverture(
            caisse,
            propres.get(caisse.pk, motifs),
            **{nom: form.cleaned_data[nom] for nom in DOCUMENTS},
        )
        for caisse in form.cleaned_data["caisses"]
    ]


def _motifs_a_part(convention: Convention) -> dict[int, list[Motif]]:
    """Return the motifs of the caisses that do not open the same as the first one of the draft."""
    parts = list(convention.participations.order_by("caisse__nom", "pk").prefetch_related("motifs"))
    communs = {motif.pk for motif in parts[0].motifs.all()}
    return {
        part.caisse_id: list(part.motifs.all())
        for part in parts[1:]
        if {motif.pk for motif in part.motifs.all()} != communs
    }


def _signataires(form: ConventionForm) -> list[SignataireSaisi]:
    donnees = form.cleaned_data
    caisses = list(donnees["caisses"])
    # One person for all the caisses, or each her own (C-22)
    signent = [caisses] if donnees["signataire_commun"] else [[caisse] for caisse in caisses]
    return [
        SignataireSaisi(
            Partie.PARTENAIRE,
            donnees["signataire_qualite"],
            nom=donnees["signataire_nom"],
            **form.acte(),
        ),
        *(
            SignataireSaisi(Partie.CAISSE, qualite, caisse=premiere, aussi_pour=aussi_pour)
            for premiere, *aussi_pour in signent
            for qualite in donnees["signataires_caisse"]
        ),
        *(
            SignataireSaisi(Partie.AUTRE, "Représentant", organisme=organisme, courriel=courriel)
            for organisme, courriel in form.autres()
        ),
    ]


def _initial_du_brouillon(convention: Convention) -> dict[str, Any]:
    initial: dict[str, Any] = {nom: getattr(convention, nom) for nom in PARAMETRES}
    parts = list(
        convention.participations.order_by("caisse__nom", "pk")
        .prefetch_related("motifs")
        .select_related("caisse")
    )
    for nom in ("gestionnaires", "techniciens"):
        initial |= ConventionForm.initial_des_paliers(nom, getattr(convention, f"quota_{nom}"))
    for motif in parts[0].motifs.all():
        initial.setdefault(f"motifs_{motif.service_id}", []).append(motif.pk)
    signataires = list(convention.signataires.prefetch_related("aussi_pour"))
    partenaire = next(un for un in signataires if un.partie == Partie.PARTENAIRE)
    premiere = next(un.caisse_id for un in signataires if un.partie == Partie.CAISSE)
    qualites = [un.qualite for un in signataires if un.caisse_id == premiere]
    return initial | {
        "version": convention.version,
        "objet": convention.objet,
        "remplace": convention.remplace.reference if convention.remplace else "",
        "caisses": [part.caisse for part in parts],
        **{nom: getattr(parts[0], nom) for nom in DOCUMENTS},
        "autres_signataires": "\n".join(
            f"{un.organisme} ; {un.courriel}" if un.courriel else un.organisme
            for un in signataires
            if un.partie == Partie.AUTRE
        ),
        "signataire_nom": partenaire.nom,
        "signataire_qualite": partenaire.qualite,
        **{nom: getattr(partenaire, nom.removeprefix("signataire_")) for nom in ACTE},
        "signataires_caisse": "\n".join(qualites),
        "signataire_commun": any(un.aussi_pour.all() for un in signataires),
    }


class _PageDuBrouillon(PageSurConvention):
    gabarit = "conventions/nouvelle.html"

    def contexte(self, objet: Convention) -> dict[str, object]:
        return super().contexte(objet) | {"partenaire": objet.partenaire}

    def faire(self, acte: ActeDePage, objet: Convention, /, **donnees: Any) -> Any:
        return modifier_brouillon(
            objet,
            par=self.compte,
            version=donnees["version"],
            ouvertures=_ouvertures(self.form, objet),
            signataires=_signataires(self.form),
            **self.form.parametres(),
        )


# The second of two persons is told, its text is kept.
modifier = _PageDuBrouillon.pour(
    "modifier",
    titre="Modifier la convention {0.reference}",
    bouton="Enregistrer le brouillon",
    fait="Le brouillon est enregistré.",
    faire=modifier_brouillon,
    formulaire=ConventionForm,
    avec=lambda compte, convention: {
        "compte": compte,
        "partenaire": convention.partenaire,
        "initial": _initial_du_brouillon(convention),
    },
    obstacle=lambda convention: obstacle(convention, "mettre_a_la_signature"),
)
