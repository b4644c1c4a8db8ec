"""The pieces of a demande (D-06): attached, removed, downloaded, shown."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum

from caisses.models import Motif
from caisses.referentiels import PIECES_ENTRANTES
from conformite.journal import consigner
from conformite.scellement import Illisible
from fichiers.actions import ranger, retirer, structure_de
from fichiers.controle import Examine, PageReunie, reunir
from fichiers.forms import FichiersField
from fichiers.limites import DOSSIER_MAX, FICHIERS_PAR_DOSSIER, FICHIERS_PAR_JOUR, MO
from fichiers.refus import Refus
from fichiers.stockage import lire
from signalements import notifications, permissions
from signalements.actions.instruction import completer
from signalements.gestes import gestes
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece, montrees
from signalements.suites import RAISONS_ABSENCE
from signalements.workflow import OUVERTS, Statut, TransitionImpossible
from socle import horloge
from socle.acteurs import Acteur
from socle.templatetags.portail import accorder


class TropDePieces(ValidationError):
    """The demande, or the day of the structure, is full; the argument is the sentence for the person."""

    def __init__(self, phrase: str) -> None:
        super().__init__({"fichiers": phrase})


class PiecesForm(forms.Form):
    """One place for each piece that the motif calls for, and one for the others, which say what they are."""

    PLACE = "piece_"
    marques: ClassVar = {"nature": "pour d’autres fichiers"}

    jeton = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, motif: Motif, **options: Any) -> None:
        super().__init__(*args, **options | {"initial": {"jeton": uuid.uuid4()}})
        self.appelees = [code for code in motif.pieces if code in PIECES_ENTRANTES and code != "autre"]
        for code in self.appelees:
            self.fields[f"{self.PLACE}{code}"] = FichiersField(
                label=PIECES_ENTRANTES[code], required=False, help_text=""
            )
        autres = [(code, libelle) for code, libelle in PIECES_ENTRANTES.items() if code not in self.appelees]
        appelees = [(code, PIECES_ENTRANTES[code]) for code in self.appelees]
        self.fields["fichiers"] = FichiersField(
            label="Autres fichiers" if self.appelees else "Fichiers", required=not self.appelees
        )
        self.fields["nature"] = forms.ChoiceField(
            label="Que sont ces fichiers ?",
            required=not self.appelees,
            error_messages={"required": "Choisissez ce que vous joignez."},
            choices=[("", "Choisissez une pièce"), *autres, *appelees],
        )

    def clean(self) -> dict[str, Any]:
        """Something is sent; the other files say what they are."""
        donnees = super().clean() or {}
        places = [nom for nom in self.fields if nom == "fichiers" or nom.startswith(self.PLACE)]
        if donnees.get("fichiers") and not donnees.get("nature") and "nature" not in self.errors:
            self.add_error("nature", "Choisissez ce que vous joignez.")
        if not any(donnees.get(nom) for nom in places) and not self.errors:
            self.add_error(
                "fichiers", "Choisissez au moins un fichier, ici ou à la place d’une pièce demandée."
            )
        return donnees

    def par_nature(self) -> dict[str, list[UploadedFile]]:
        """Return the files of each kind that was sent."""
        envoyes = {code: list(self.cleaned_data[f"{self.PLACE}{code}"]) for code in self.appelees}
        autres = self.cleaned_data["fichiers"]
        if autres:
            nature = self.cleaned_data["nature"]
            envoyes[nature] = [*envoyes.get(nature, []), *autres]
        return {nature: fichiers for nature, fichiers in envoyes.items() if fichiers}


def attacher(
    verrouillee: Demande, *, examines: list[Examine], nature: str, envoi: uuid.UUID, par: Acteur
) -> list[Piece]:
    """Attach checked files to a demande locked by the caller. Raise TransitionImpossible, TropDePieces, OSError."""
    if verrouillee.statut not in (Statut.BROUILLON, *OUVERTS):
        raise TransitionImpossible("joindre", verrouillee.statut)
    if examines:
        verifier_place(verrouillee, examines)
    pieces = []
    for examine in examines:
        piece = Piece(demande=verrouillee, envoi=envoi)
        piece.nature = nature
        ranger(piece, examine, par=par)
        consigner(Acte.PIECE_JOINDRE, par=par, objet=piece, genre=piece.genre, taille=piece.taille)
        pieces.append(piece)
    return pieces


@transaction.atomic
def joindre(
    demande: Demande,
    *,
    examines: list[Examine],
    nature: str,
    envoi: uuid.UUID,
    par: Acteur,
    autres: dict[str, list[Examine]] | None = None,
) -> list[Piece]:
    """Attach checked files, with those of `autres` natures in the same sending; the same `envoi` twice attaches once. A piece that was waited for ends the wait (D-25).

    Raise TransitionImpossible when the demande is over, TropDePieces when it is full, OSError when the storage cannot.
    """
    verrouillee = Demande.objects.select_for_update().get(pk=demande.pk)
    if demande.pieces.filter(envoi=envoi).exists():
        return []
    pieces = []
    for une, siens in {nature: examines, **(autres or {})}.items():
        pieces += attacher(verrouillee, examines=siens, nature=une, envoi=envoi, par=par)
    if permissions.can_transition(par, verrouillee, "completer"):
        completer(verrouillee, par=par, precision=accorder(len(pieces), "pièce jointe,pièces jointes"))
        demande.statut = verrouillee.statut
    elif verrouillee.statut != Statut.BROUILLON:
        notifications.complement_apporte(demande)
    return pieces


def sans_doublons(demande: Demande, examines: list[Examine]) -> list[Examine]:
    """Return the checked files that the demande does not have yet, nor this sending twice: content by content.

    A copy of which more is to be said (it was signed, it held other files) is another one.
    """
    jointes = [un for un in demande.pieces.presentes() if not un.raison]
    neufs: list[Examine] = []
    for examine in examines:
        contenu, dits = examine.contenu, set(examine.avertissements)
        autant = [un for un in jointes if dits <= set(un.avertissements)]
        du_meme_envoi = [un.contenu for un in neufs if dits <= set(un.avertissements)]
        if contenu not in du_meme_envoi and not any(_contient(un, contenu) for un in autant):
            neufs.append(examine)
    return neufs


def _contient(piece: Piece, contenu: bytes) -> bool:
    """Whether the content of a piece is this one; what cannot be read is not the same."""
    if piece.taille != len(contenu):
        return False
    try:
        return b"".join(lire(piece.proprietaire, piece.emplacement)) == contenu
    except (Illisible, OSError):
        return False


def verifier_place(demande: Demande, examines: list[Examine]) -> None:
    """Raise TropDePieces when a demande, or the day of the structure, cannot take these files."""
    place = FICHIERS_PAR_DOSSIER - demande.pieces.presentes().count()
    if len(examines) > place:
        raise TropDePieces(
            f"Une demande reçoit au plus {FICHIERS_PAR_DOSSIER} pièces : "
            + (f"il reste {accorder(place, 'place,places')}." if place > 0 else "elle est complète.")
        )
    deja = demande.pieces.presentes().aggregate(total=Sum("taille"))["total"] or 0
    if deja + sum(len(examine.contenu) for examine in examines) > DOSSIER_MAX:
        raise TropDePieces(
            f"Les pièces d’une demande ne peuvent pas dépasser {DOSSIER_MAX // MO}\N{NO-BREAK SPACE}Mo. "
            "Réduisez la qualité des images, ou joignez seulement les pages utiles."
        )
    du_jour = Piece.objects.filter(
        demande__partenaire=demande.partenaire_id, ajoute_le__gte=demande.caisse.minuit
    ).count()
    if du_jour + len(examines) > FICHIERS_PAR_JOUR:
        raise TropDePieces(
            f"Votre structure a déjà joint {du_jour} fichiers aujourd’hui. Reprenez demain, ou appelez la caisse."
        )


def images(demande: Demande) -> list[Piece]:
    """Return the pictures of a draft that may be put together: those of the structure, neither blocked nor lost."""
    bloquees = (Piece.Etat.INFECTE, Piece.Etat.REFUSE)
    return [
        un for un in montrees(demande) if un.genre != "pdf" and not un.sortante and un.etat not in bloquees
    ]


def preparer_reunion(pages: list[tuple[Piece, int]], *, par: Acteur) -> tuple[Examine, list[PageReunie]]:
    """Make the document of pictures (piece, rotation), and say how each page looks; nothing is stored.

    Raise Refus, Illisible, OSError.
    """
    contenus = [(b"".join(lire(un.proprietaire, un.emplacement)), rotation) for un, rotation in pages]
    premiere = pages[0][0]
    # The name of a photograph says nothing to who hears the document.
    return reunir(
        premiere.nom.rpartition(".")[0] + ".pdf", contenus, titre=premiere.libelle, pour=structure_de(par)
    )


@transaction.atomic
def reunir_images(demande: Demande, *, examine: Examine, images: list[Piece], par: Acteur) -> Piece:
    """Put a prepared document in the place of its pictures; they come back if it is removed before the sending.

    Raise TransitionImpossible when the draft or its pieces changed meanwhile, OSError when the storage cannot.
    """
    verrouillee = Demande.objects.select_for_update().get(pk=demande.pk)
    originaux = demande.pieces.presentes().filter(pk__in=[un.pk for un in images])
    if not permissions.can_modifier_brouillon(par, verrouillee) or originaux.count() != len(images):
        raise TransitionImpossible("reunir", verrouillee.statut)
    document = Piece(demande=demande)
    document.nature = images[0].nature
    ranger(document, examine, par=par)
    originaux.update(reunie_dans=document)
    consigner(Acte.PIECE_REUNIR, par=par, objet=document, pages=len(images))
    return document


def oublier_originaux(demande: Demande) -> None:
    """Remove the pictures that documents replace: the demande is being sent, inside the caller's transaction."""
    for original in demande.pieces.exclude(reunie_dans=None):
        retirer(original)


@transaction.atomic
def refuser(demande: Demande, refus: Refus, *, par: Acteur) -> None:
    """Leave the journal line of a file that was not taken: its code only."""
    consigner(
        Acte.PIECE_REFUSER,
        par=par,
        objet=demande,
        code=refus.code,
    )


@transaction.atomic
def retirer_piece(piece: Piece, *, par: Acteur) -> None:
    """Remove a piece; raise TransitionImpossible when the caisse opened it meanwhile (D-24), or it is gone.

    Its own lock too: an opening waits, and finds nothing, or was there before.
    """
    demande = Demande.objects.select_for_update().get(pk=piece.demande_id)
    actuelle = Piece.objects.select_for_update().filter(pk=piece.pk).first()
    if actuelle is None:
        raise TransitionImpossible("retirer", demande.statut)
    actuelle.demande = demande
    if not permissions.can_retirer(par, actuelle):
        raise TransitionImpossible("retirer", demande.statut)
    consigner(
        Acte.PIECE_RETIRER,
        par=par,
        objet=actuelle,
        retire=str(actuelle.emplacement),
    )
    if demande.statut != Statut.BROUILLON:
        demande.evenements.create(verbe="retirer_piece", le=horloge.maintenant(), par=par.compte)
    retirer(actuelle)


def manquantes(demande: Demande) -> list[str]:
    """Return the codes of the pieces that the motif calls for and nobody attached; none when they are optional."""
    if demande.motif.pieces_facultatives:
        return []
    jointes = _natures_jointes(list(demande.pieces.presentes()))
    return [code for code in demande.motif.pieces if code in PIECES_ENTRANTES and code not in jointes]


def _natures_jointes(pieces: list[Piece]) -> set[str]:
    bloquees = (Piece.Etat.INFECTE, Piece.Etat.REFUSE)
    return {un.nature for un in pieces if not un.sortante and un.etat not in bloquees}


def panneau(demande: Demande, compte: Acteur) -> dict[str, Any]:
    """Return what the panel of the pieces shows to `compte`: the lists, and what the motif still calls for."""
    toutes = montrees(demande)
    jointes = _natures_jointes(toutes)
    absentes = demande.contenu.get("pieces_absentes", {})
    cote = "caisse" if compte.cote_caisse else "partenaire"
    return {
        "liste": [_ligne(piece, compte) for piece in toutes if not piece.sortante],
        "documents": [_ligne(piece, compte) for piece in toutes if piece.sortante],
        "appelees": [
            (PIECES_ENTRANTES[code], code in jointes, RAISONS_ABSENCE.get(absentes.get(code, ""), ""))
            for code in demande.motif.pieces
            if code in PIECES_ENTRANTES
        ],
        "facultatives": demande.motif.pieces_facultatives,
        "peut_joindre": permissions.can_joindre(compte, demande),
        "peut_envoyer": demande.motif.service_id == "document"
        and permissions.can_envoyer_document(compte, demande),
        "a_reunir": demande.statut == Statut.BROUILLON and len(images(demande)) > 1,
        "cote": cote,
        "vue": "tri-piece" if compte.cote_caisse else "demande-piece",
    }


def _ligne(piece: Piece, compte: Acteur) -> dict[str, Any]:
    offert = piece.est_telechargeable and (compte.cote_caisse or piece.rappelee_le is None)
    return {
        "piece": piece,
        "offert": offert,
        "gestes": gestes(compte, piece),
    }
