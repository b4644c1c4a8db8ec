"""Addresses of partenaires and conventions."""

from django.urls import path

from conventions.views import (
    avenants,
    conventions,
    documents,
    fiches,
    fins,
    importation,
    listes,
    partenaires,
    preuves,
    redaction,
    signatures,
)

_C = "conventions/<str:reference>/"
_P = _C + "caisses/<slug:caisse>/"
_M = _P + "mises-en-demeure/<int:mise>/"

urlpatterns = [
    path("conventions/", listes.liste, name="conventions"),
    path("conventions/nouvelle/", redaction.nouvelle, name="convention-nouvelle"),
    path("conventions/importation/", importation.reprise, name="conventions-reprise"),
    path(_C, conventions.detail, name="convention"),
    path(_C + "modifier/", redaction.modifier, name="convention-modifier"),
    path(_C + "signature/", signatures.mettre_a_la_signature, name="convention-signature"),
    path(_C + "renvoi/", signatures.renvoyer, name="convention-renvoi"),
    path(_C + "signatures/<slug:document>/<int:signataire>/", signatures.signer, name="convention-signer"),
    path(_C + "avenants/nouveau/", avenants.nouveau, name="avenant-nouveau"),
    path(_C + "avenants/<int:numero>/", avenants.detail, name="avenant"),
    path(_C + "avenants/<int:numero>/signatures/<int:signataire>/", avenants.signer, name="avenant-signer"),
    path(_C + "referents/nouveau/", fiches.ajouter_referent, name="referent-nouveau"),
    path(_C + "referents/<int:referent>/retrait/", fiches.retirer_referent, name="referent-retrait"),
    path(_C + "sous-traitances/nouvelle/", fiches.sous_traitance, name="sous-traitance-nouvelle"),
    path(_C + "suivi/", fiches.suivi, name="convention-suivi"),
    path(_C + "evaluation/", fiches.evaluation, name="convention-evaluation"),
    path(_C + "preuves/", preuves.preuves, name="convention-preuves"),
    path(_C + "preuves/nouvelle/", preuves.nouvelle, name="convention-preuve-nouvelle"),
    path(_C + "preuves/<uuid:emplacement>/", preuves.telecharger, name="convention-preuve"),
    path(_C + "<slug:piece>.pdf", documents.piece, name="convention-pdf"),
    path(_P + "motifs/", signatures.ouvrir_motifs, name="convention-motifs"),
    path(_P + "denonciation/", fins.denoncer, name="convention-denonciation"),
    path(_P + "mise-en-demeure/", fins.mettre_en_demeure, name="mise-en-demeure"),
    path(_M + "reception/", fins.noter_reception, name="mise-en-demeure-reception"),
    path(_M + "cloture/", fins.clore_mise_en_demeure, name="mise-en-demeure-cloture"),
    path(_M + "resiliation/", fins.resilier, name="convention-resiliation"),
    path(_P + "suspension/", fins.suspendre, name="convention-suspension"),
    path(_P + "suspension/levee/", fins.lever_suspension, name="convention-suspension-levee"),
    path(_P + "code/", fiches.lire_code, name="code-confidentiel"),
    path(_P + "code/renouvellement/", fiches.renouveler_code, name="code-confidentiel-renouvele"),
    path("partenaires/", partenaires.liste, name="partenaires"),
    path("partenaires/<str:siret>/", partenaires.fiche, name="partenaire"),
    path("partenaires/<str:siret>/arrivee/", partenaires.arrivee, name="partenaire-arrivee"),
    path("partenaires/<str:siret>/modifier/", partenaires.modifier, name="partenaire-modifier"),
    path("appelant/", partenaires.appelant, name="appelant"),
]
