"""Forms of the conditions of use: accept them, write a new version (A-08, A-18)."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.models.acces import VersionCGU
from accounts.regles import mentions_manquantes
from socle.champs import Formulaire, Texte


class CGUForm(Formulaire):
    """Accept the conditions of use (A-08)."""

    accepter = forms.BooleanField(
        label="J’ai lu les conditions générales d’utilisation et je les accepte",
        error_messages={
            "required": "Cochez la case pour accepter les conditions ; sans cela, le portail reste fermé."
        },
    )


class VersionCGUForm(Formulaire):
    """Write the next version (A-08, A-18)."""

    texte = Texte(
        label="Texte des conditions",
        max_length=20_000,
        help_text="Une ligne vide sépare deux paragraphes. Le texte dit que l’usage est professionnel et depuis le "
        "territoire européen, que le portail est gratuit et facultatif, et que ne pas l’utiliser est sans effet sur le "
        "partenariat et sur les assurés.",
        widget=forms.Textarea(attrs={"rows": 18}),
    )

    def clean_texte(self) -> str:
        """Refuse a text without what A-18 asks for, or the one in force."""
        texte = self.cleaned_data["texte"]
        if manquantes := mentions_manquantes(texte):
            raise ValidationError(f"Le texte doit dire aussi : {', '.join(manquantes)}.", code="mentions")
        actuelle = VersionCGU.objects.en_vigueur()
        if actuelle is not None and actuelle.texte.split() == texte.split():
            raise ValidationError(
                "Ce texte est celui de la version en vigueur : rien ne change.", code="pareil"
            )
        return texte
