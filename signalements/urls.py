"""Addresses of the demandes: the partner's, then the caisse's."""

from django.urls import URLPattern, path

from signalements.aiguillage import views as aiguillage
from signalements.appel import views as appel
from signalements.bureau import preferences
from signalements.bureau import views as bureau
from signalements.bureau.semaine import semaine
from signalements.depot import views as depot
from signalements.documents import views as documents
from signalements.pieces import reunion
from signalements.pieces import views as pieces
from signalements.reprise import views as reprise
from signalements.statistiques import views as statistiques
from signalements.views import absences, export, retraits, suivi, tri


def _retraits(racine: str, vue: str) -> list[URLPattern]:
    """D-24, for one side: what may be done with a message or a piece that was sent."""
    piece, message = "pieces/<uuid:emplacement>", "messages/<int:pk>"
    gestes = (
        (piece, "demander-destruction", retraits.piece_destruction, "piece-demander-destruction"),
        (piece, "detruire", retraits.piece_detruire, "piece-detruire"),
        (message, "retirer", retraits.message_retirer, "message-retirer"),
        (message, "demander-destruction", retraits.message_destruction, "message-demander-destruction"),
        (message, "detruire", retraits.message_detruire, "message-detruire"),
    )
    return [
        path(f"{racine}/<str:reference>/{objet}/{acte}/", faire, {"vue": vue}, name=f"{vue}-{nom}")
        for objet, acte, faire, nom in gestes
    ]


urlpatterns = [
    path("statistiques/", statistiques.statistiques, name="statistiques"),
    path("statistiques/statistiques.csv", statistiques.exporter, name="statistiques-exporter"),
    path("demandes/", suivi.demandes, name="demandes"),
    path("demandes/listes/garder/", preferences.garder, {"cote": "partenaire"}, name="demandes-vue-garder"),
    path(
        "demandes/listes/<int:pk>/oublier/",
        preferences.oublier,
        {"cote": "partenaire"},
        name="demandes-vue-oublier",
    ),
    path(
        "demandes/preferences/", preferences.preferences, {"cote": "partenaire"}, name="demandes-preferences"
    ),
    path("demandes/export/<slug:forme>/", export.exporter, name="demandes-export"),
    path("comptes/<int:pk>/reprendre/", reprise.reprendre_demandes, name="compte-reprendre"),
    path("demandes/nouvelle/", depot.nouvelle, name="demande-nouvelle"),
    path("demandes/nouvelle/<slug:organisme>/<slug:service>/", depot.choisir_motif, name="demande-motif"),
    path("demandes/absences/", absences.absences, {"cote": "partenaire"}, name="demandes-absences"),
    path(
        "demandes/absences/<int:pk>/supprimer/",
        absences.absence_supprimer,
        {"cote": "partenaire"},
        name="demandes-absence-supprimer",
    ),
    path("demandes/<str:reference>/", suivi.demande, name="demande"),
    path("demandes/<str:reference>/brouillon/", depot.brouillon, name="demande-brouillon"),
    path("demandes/<str:reference>/brouillon/supprimer/", depot.supprimer, name="demande-supprimer"),
    path("demandes/<str:reference>/recapitulatif/", depot.recapitulatif, name="demande-recapitulatif"),
    path("demandes/<str:reference>/accuse-reception.pdf", suivi.accuse_reception, name="demande-accuse"),
    path("demandes/<str:reference>/notice.pdf", suivi.notice, name="demande-notice"),
    path("demandes/<str:reference>/accord.pdf", suivi.accord, name="demande-accord"),
    path("demandes/<str:reference>/fiche-de-visite.pdf", suivi.fiche_de_visite, name="demande-visite"),
    path("demandes/<str:reference>/pieces/", pieces.pieces, name="demande-pieces"),
    path("demandes/<str:reference>/pieces/reunir/", reunion.reunir, name="demande-pieces-reunir"),
    path("demandes/<str:reference>/pieces/<uuid:emplacement>/", pieces.telecharger, name="demande-piece"),
    path(
        "demandes/<str:reference>/pieces/<uuid:emplacement>/retirer/",
        pieces.retirer,
        name="demande-piece-retirer",
    ),
    *_retraits("demandes", "demande"),
    path("demandes/<str:reference>/rendez-vous.ics", suivi.agenda, name="demande-agenda"),
    path("demandes/<str:reference>/<slug:verbe>/", suivi.agir, name="demande-agir"),
    path("caisse/<slug:code>/aiguillage/", aiguillage.aiguillage, name="aiguillage"),
    path("caisse/<slug:code>/aiguillage/nouvelle/", aiguillage.enregistrer, name="aiguillage-nouvelle"),
    path("caisse/<slug:code>/aiguillage/<int:pk>/", aiguillage.enregistrer, name="aiguillage-modifier"),
    path("caisse/<slug:code>/aiguillage/<int:pk>/retirer/", aiguillage.retirer, name="aiguillage-retirer"),
    path("tri/", tri.tri, name="tri"),
    path("tri/saisir/<str:siret>/", appel.motifs, name="appel-motifs"),
    path(
        "tri/saisir/<str:siret>/<slug:organisme>/<slug:motif>/", appel.enregistrer, name="appel-enregistrer"
    ),
    path("tri/lot/", tri.lot, name="tri-lot"),
    path("tri/suivante/", tri.suivante, name="tri-suivante"),
    path("tri/listes/garder/", preferences.garder, {"cote": "caisse"}, name="tri-vue-garder"),
    path("tri/listes/<int:pk>/oublier/", preferences.oublier, {"cote": "caisse"}, name="tri-vue-oublier"),
    path("tri/preferences/", preferences.preferences, {"cote": "caisse"}, name="tri-preferences"),
    path("tri/modeles/", bureau.modeles, name="tri-modeles"),
    path("tri/modeles/nouveau/", bureau.modele, name="tri-modele-nouveau"),
    path("tri/modeles/<int:pk>/", bureau.modele, name="tri-modele"),
    path("tri/modeles/<int:pk>/supprimer/", bureau.modele_supprimer, name="tri-modele-supprimer"),
    path("tri/absences/", absences.absences, {"cote": "caisse"}, name="tri-absences"),
    path(
        "tri/absences/<int:pk>/supprimer/",
        absences.absence_supprimer,
        {"cote": "caisse"},
        name="tri-absence-supprimer",
    ),
    path("tri/equipe/", bureau.equipe, name="tri-equipe"),
    path("tri/semaine/", semaine, name="tri-semaine"),
    path("tri/<str:reference>/", tri.demande, name="tri-demande"),
    path("tri/<str:reference>/pieces/", documents.documents, name="tri-pieces"),
    path("tri/<str:reference>/pieces/<uuid:emplacement>/", pieces.telecharger_tri, name="tri-piece"),
    path(
        "tri/<str:reference>/pieces/<uuid:emplacement>/rappeler/",
        documents.rappeler_document,
        name="tri-piece-rappeler",
    ),
    *_retraits("tri", "tri"),
    path("tri/<str:reference>/presence/", tri.presence, name="tri-presence"),
    path("tri/<str:reference>/rendez-vous.ics", tri.agenda, name="tri-agenda"),
    path("tri/<str:reference>/<slug:verbe>/", tri.agir, name="tri-agir"),
]
