"""The field by which files are sent, with its limits said beforehand."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from fichiers.limites import FICHIER_MAX, MO, TABLEAU_MAX
from socle.garde import juger

NIR_DANS_UN_NOM = "Le nom d’un de ces fichiers contient un numéro de sécurité sociale. Renommez le fichier, puis joignez-le à nouveau."

ACCEPTES = (
    "application/pdf,image/jpeg,image/png,image/heic,image/heif,image/avif,image/tiff,image/gif,image/webp,image/bmp,image/jp2,"
    ".pdf,.jpg,.jpeg,.png,.heic,.heif,.avif,.tif,.tiff,.gif,.webp,.bmp,.jp2"
)
AIDE = (
    f"PDF, ou image JPEG, PNG, HEIC, TIFF, GIF, WebP, AVIF, BMP ou JPEG 2000, {FICHIER_MAX // MO}\N{NO-BREAK SPACE}Mo au plus par fichier. "
    "Vous pouvez en choisir plusieurs à la fois."
)


class _Plusieurs(forms.ClearableFileInput):
    allow_multiple_selected = True


class _UnSeul(forms.FileInput):
    def value_from_datadict(self, data: Mapping[str, object], files: MultiValueDict, name: str) -> object:
        """Give all that was sent: the last one of several is not the one that was meant."""
        return files.getlist(name)


class FichiersField(forms.FileField):
    """One or several files; what they are is checked afterwards (`fichiers.actions.examiner_envoi`)."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", AIDE)
        options.setdefault("widget", _Plusieurs(attrs={"accept": ACCEPTES, "data-octets-max": FICHIER_MAX}))
        options.setdefault("error_messages", {"required": "Choisissez au moins un fichier."})
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files sent; an empty one is kept, for the check to name it. A name is read by both sides: no NIR (D-03)."""
        envoyes = data if isinstance(data, list | tuple) else [data] if data else []
        if not envoyes and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        for envoye in envoyes:
            lu = juger((envoye.name or "").replace("_", " ").replace("-", " "), sante=False)
            # A name is not confirmed as a text is: what may be a NIR is renamed.
            if lu.nir or "nir_possible" in lu.alertes:
                raise forms.ValidationError(NIR_DANS_UN_NOM, code="nir")
        return list(envoyes)


class TableauField(FichiersField):
    """One table; what it is is checked afterwards."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget",
            _UnSeul(attrs={"accept": ".csv,.xlsx,.ods", "data-octets-max": TABLEAU_MAX}),
        )
        options.setdefault("help_text", f"CSV, XLSX ou ODS, {TABLEAU_MAX // MO}\N{NO-BREAK SPACE}Mo au plus.")
        options.setdefault("error_messages", {"required": "Choisissez le fichier."})
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        """Return the one file that was sent."""
        envoyes = super().clean(data, initial)
        if len(envoyes) > 1:
            raise forms.ValidationError("Choisissez un seul fichier.", code="plusieurs")
        return envoyes[0] if envoyes else None
