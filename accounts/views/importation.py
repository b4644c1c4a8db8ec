"""Import of techniciens: a preview says line by line what will happen, then the gestionnaire confirms."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.actions.places import places
from accounts.forms.importation import ImportForm
from accounts.importation import LigneCompte, importer
from accounts.models.compte import Compte
from accounts.ods import TYPE_MIME, classeur
from accounts.views.actes import PageDeLAuteur
from conventions.importation import en_texte
from socle.actes import LECTURE_ECRITURE, ActeDePage
from socle.profils import Profil
from socle.roles import exiger


class _Importer(PageDeLAuteur):
    """Read a table and show what it would do; confirmed, do it. Nothing typed is kept on the server in between."""

    actes = (
        ActeDePage.unique(
            *("importer", importer, ImportForm),
            fait=lambda bilan: (
                f"Comptes créés : {sum(not ligne.erreurs for ligne in bilan)}. "
                f"Lignes laissées de côté : {sum(bool(ligne.erreurs) for ligne in bilan)}."
            ),
            permis=lambda compte: permissions.can_creer(compte, Profil.TECHNICIEN),
        ),
    )
    vers = ("comptes",)

    def charger(self) -> Compte:
        exiger(permissions.can_creer(self.compte, Profil.TECHNICIEN))
        return self.compte

    def montrer(self, objet: Compte, acte: ActeDePage, form: Form) -> HttpResponse | None:
        """Show the preview, until it is confirmed."""
        juste = form.is_valid()
        if juste and form.cleaned_data["confirmer"]:
            return None
        bilan: list[LigneCompte] = []
        try:
            if envoi := form.cleaned_data.get("fichier"):
                lu = en_texte(envoi.name or "", envoi.read(), pour=objet.partenaire_id)
                form.cleaned_data["contenu"] = lu
            if contenu := form.cleaned_data.get("contenu"):
                bilan = importer(contenu, par=objet, essai=True)
        except ValidationError as refus:
            form.add_error("fichier", refus)
        return self.afficher(objet, acte.verbe, form, 422 if form.errors else 200, bilan)

    def faire(self, acte: ActeDePage, objet: Compte, /, **donnees: Any) -> list[LigneCompte]:
        return importer(donnees["contenu"], par=objet, essai=False)

    def reprocher(self, form: Form, erreur: ValidationError) -> None:
        form.add_error("fichier", erreur)

    def afficher(
        self,
        objet: Compte,
        verbe: str = "",
        form: Form | None = None,
        statut: int = 200,
        bilan: list[LigneCompte] | None = None,
    ) -> HttpResponse:
        form, bilan = form or self.vierge(self.acte(verbe), objet), bilan or []
        contexte = {
            "form": form,
            "bilan": bilan,
            "contenu": form.cleaned_data.get("contenu", "") if bilan else "",
            "bonnes": sum(not ligne.erreurs for ligne in bilan),
            "places": places(objet.partenaire, Profil.TECHNICIEN),
            "libelle": "Techniciens",
        }
        return render(self.request, "accounts/importer.html", contexte, status=statut)


importation = _Importer.vue(methodes=LECTURE_ECRITURE)


@require_safe
def modele(request: HttpRequest) -> HttpResponse:
    """Send the empty table that an import reads, for any spreadsheet."""
    exiger(permissions.can_creer(request.user, Profil.TECHNICIEN))
    return HttpResponse(
        classeur("Techniciens", [("Civilité", "Nom", "Prénom", "Fonction", "Téléphone", "E-mail")]),
        content_type=TYPE_MIME,
        headers={"Content-Disposition": 'attachment; filename="techniciens.ods"'},
    )
