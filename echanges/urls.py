"""Addresses of the exchanges: what the caisse sets on a convention, then what both sides do."""

from django.urls import path

from echanges.views import depots, engagements, inscriptions, rapprochements, recuperation, reglages, suivi

_R = "conventions/<str:reference>/caisses/<slug:caisse>/echanges/"
_D = "echanges/depots/<str:cle>/"

urlpatterns = [
    path(_R, reglages.reglages, name="echange-reglages"),
    path(_R + "flux/nouveau/", reglages.flux_nouveau, name="flux-nouveau"),
    path(_R + "flux/<int:flux>/cloture/", reglages.flux_clore, name="flux-clore"),
    path(_R + "autorisations/nouvelle/", reglages.autorisation_nouvelle, name="autorisation-nouvelle"),
    path(
        _R + "autorisations/<int:autorisation>/retirer/",
        reglages.autorisation_retirer,
        name="autorisation-retirer",
    ),
    path(_R + "boites/nouvelle/", reglages.boite_nouvelle, name="boite-nouvelle"),
    path(_R + "boites/<int:boite>/verification/", reglages.boite_verifier, name="boite-verifier"),
    path(_R + "boites/<int:boite>/retirer/", reglages.boite_retirer, name="boite-retirer"),
    path(_R + "compte-payeur/nouveau/", reglages.compte_payeur, name="compte-payeur"),
    path("echanges/", suivi.echanges, name="echanges"),
    path("echanges/engagements/<str:reference>/", engagements.engagement, name="engagement"),
    path("echanges/engagements/<str:reference>/engagement.pdf", engagements.pdf, name="engagement-pdf"),
    path("echanges/flux/<int:flux>/modele.<slug:forme>", suivi.modele, name="flux-modele"),
    path("echanges/flux/<int:cle>/depot/", depots.ouvrir, name="depot-ouvrir"),
    path("echanges/flux/<int:cle>/dire-neant/", depots.neant, name="flux-dire-neant"),
    path("echanges/depots/<str:reference>/", suivi.depot, name="depot"),
    path("echanges/depots/<str:reference>/preuve.pdf", suivi.preuve, name="depot-preuve-pdf"),
    path(_D + "fichier/", depots.fichier, name="depot-fichier"),
    path(_D + "points-a-corriger.csv", depots.points, name="depot-points"),
    path(_D + "confirmer/", depots.confirmation, name="depot-confirmer"),
    path(_D + "lecture/", depots.lecture, name="depot-lecture"),
    path(_D + "retirer/", depots.retrait, name="depot-retirer"),
    path(_D + "inscriptions/", inscriptions.inscriptions, name="inscriptions"),
    path(_D + "inscriptions/suite/", inscriptions.noter, name="inscription-noter"),
    path(_D + "rapprochement/", rapprochements.rapprochement, name="rapprochement"),
    path(_D + "rapprochement/<int:rang>/", rapprochements.decision, name="rapprochement-decider"),
    path(_D + "dossiers/", recuperation.dossiers, name="dossiers"),
    path(_D + "dossiers/recuperation.ods", recuperation.recuperations, name="dossiers-recuperation"),
    path("echanges/dossiers/<str:cle>/", recuperation.dossier, name="dossier"),
    path("echanges/dossiers/<str:cle>/mandat.pdf", recuperation.mandat, name="dossier-mandat-pdf"),
    path("echanges/dossiers/<str:cle>/lettre.pdf", recuperation.lettre, name="dossier-lettre-pdf"),
    path("echanges/dossiers/<str:cle>/<slug:verbe>/", recuperation.agir, name="dossier-agir"),
    path("echanges/<str:reference>/<slug:caisse>/", suivi.echange, name="echange"),
]
