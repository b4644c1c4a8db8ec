"""Addresses of partenaires and conventions."""

from django.urls import path

from conventions.views import (
    annonces,
    avenants,
    clauses,
    conventions,
    corrections,
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
    path("conventions/importer/", importation.importer, name="conventions-importer"),
    path(_C, conventions.detail, name="convention"),
    path(_C + "modifier/", redaction.modifier, name="convention-modifier"),
    path(_C + "clauses/", clauses.clauses, name="convention-clauses"),
    path(
        _C + "mettre-a-la-signature/",
        signatures.mettre_a_la_signature,
        name="convention-mettre-a-la-signature",
    ),
    path(_C + "modele/", signatures.modele, name="convention-modele"),
    path(_C + "renvoyer/", signatures.renvoyer, name="convention-renvoyer"),
    path(_C + "signatures/<slug:document>/<int:signataire>/", signatures.signer, name="convention-signer"),
    path(_C + "avenants/nouveau/", avenants.nouveau, name="avenant-nouveau"),
    path(_C + "avenants/<int:numero>/", avenants.detail, name="avenant"),
    path(_C + "avenants/<int:numero>/signatures/<int:signataire>/", avenants.signer, name="avenant-signer"),
    path(_C + "referents/nouveau/", fiches.ajouter_referent, name="referent-nouveau"),
    path(_C + "referents/<int:referent>/retirer/", fiches.retirer_referent, name="referent-retirer"),
    path(_C + "sous-traitances/nouvelle/", fiches.sous_traitance, name="sous-traitance-nouvelle"),
    path(_C + "suivi/", fiches.suivi, name="convention-suivi"),
    path(_C + "suivi/<int:suivi>/confirmer/", fiches.confirmer_comite, name="comite-confirmer"),
    path(_C + "annonces/nouvelle/", annonces.nouvelle, name="annonce-nouvelle"),
    path(_C + "annonces/<int:annonce>/repondre/", annonces.clore, name="annonce-clore"),
    path(_C + "evaluation/", fiches.evaluation, name="convention-evaluation"),
    path(_C + "preuves/", preuves.preuves, name="convention-preuves"),
    path(_C + "preuves/nouvelle/", preuves.nouvelle, name="convention-preuve-nouvelle"),
    path(_C + "preuves/<uuid:emplacement>/", preuves.telecharger, name="convention-preuve"),
    path(_C + "<slug:piece>.pdf", documents.piece, name="convention-pdf"),
    path(_C + "corrections/signatures/<int:signature>/", corrections.signature, name="signature-corriger"),
    path(_P + "corrections/denonciation/", corrections.denonciation, name="denonciation-corriger"),
    path(_M + "corriger/", corrections.mise_en_demeure, name="mise-en-demeure-corriger"),
    path(_P + "ouvrir-motifs/", signatures.ouvrir_motifs, name="convention-ouvrir-motifs"),
    path(_P + "denoncer/", fins.denoncer, name="convention-denoncer"),
    path(_P + "mettre-en-demeure/", fins.mettre_en_demeure, name="convention-mettre-en-demeure"),
    path(_M + "noter-reception/", fins.noter_reception, name="mise-en-demeure-noter-reception"),
    path(_M + "clore/", fins.clore_mise_en_demeure, name="mise-en-demeure-clore"),
    path(_M + "resilier/", fins.resilier, name="convention-resilier"),
    path(_P + "suspendre/", fins.suspendre, name="convention-suspendre"),
    path(_P + "lever-suspension/", fins.lever_suspension, name="convention-lever-suspension"),
    path(_P + "code/", fiches.lire_code, name="code-confidentiel"),
    path(_P + "code/renouveler/", fiches.renouveler_code, name="code-confidentiel-renouveler"),
    path("partenaires/", partenaires.liste, name="partenaires"),
    path("partenaires/<str:siret>/", partenaires.fiche, name="partenaire"),
    path("partenaires/<str:siret>/arrivee/", partenaires.arrivee, name="partenaire-arrivee"),
    path("partenaires/<str:siret>/modifier/", partenaires.modifier, name="partenaire-modifier"),
    path("appelant/", partenaires.appelant, name="appelant"),
]
