"""Addresses of accounts: access first, then the pages of the gestionnaire and of the caisse, then one's own."""

from django.urls import path

from accounts.views import (
    activation,
    cgu,
    cles,
    comptes,
    connexion,
    contreseings,
    equipe,
    habilitations,
    importation,
    moi,
    revues,
    securite,
)

urlpatterns = [
    # Access
    path("connexion/", connexion.connexion, name="connexion"),
    path("connexion/code/", connexion.code, name="connexion-code"),
    path("connexion/cle/", cles.connexion, name="connexion-cle"),
    path("deconnexion/", connexion.deconnexion, name="deconnexion"),
    path("cgu/", cgu.cgu, name="cgu"),
    path("national/cgu/", cgu.publication, name="national-cgu"),
    path("activation/<str:jeton>/", activation.activation, name="activation"),
    path("activation/<str:jeton>/code/", activation.activation_code, name="activation-code"),
    path("mot-de-passe/oublie/", activation.mot_de_passe_oublie, name="mot-de-passe-oublie"),
    path("mot-de-passe/changer/", activation.mot_de_passe_changer, name="mot-de-passe-changer"),
    path("mot-de-passe/envoye/", activation.lien_envoye, name="lien-envoye"),
    path("mot-de-passe/lien/<str:jeton>/", activation.mot_de_passe_nouveau, name="mot-de-passe-nouveau"),
    path("second-facteur/<str:jeton>/", activation.second_facteur_nouveau, name="second-facteur-nouveau"),
    path("adresse/lien/<str:jeton>/", activation.adresse, name="adresse-confirmer"),
    path("identifiant/oublie/", activation.identifiant_oublie, name="identifiant-oublie"),
    # The accounts of a structure
    path("comptes/", comptes.liste, name="comptes"),
    path("comptes/nouveau/", comptes.nouveau, name="compte-nouveau"),
    path("comptes/importer/", importation.importation, name="comptes-importer"),
    path("comptes/structure/<str:siret>/", comptes.structure, name="comptes-structure"),
    path("comptes/structure/<str:siret>/rouvrir/", comptes.rouvrir_structure, name="comptes-rouvrir"),
    path("comptes/<int:pk>/", comptes.detail, name="compte"),
    path("comptes/<int:pk>/modifier/", comptes.modifier, name="compte-modifier"),
    path("comptes/<int:pk>/inactiver/", comptes.fermer, name="compte-inactiver"),
    path("comptes/<int:pk>/reactiver/", comptes.rouvrir, name="compte-reactiver"),
    path("comptes/<int:pk>/relancer/", comptes.relancer, name="compte-relancer"),
    path("comptes/<int:pk>/refaire-facteur/", comptes.refaire_facteur, name="compte-refaire-facteur"),
    path("comptes/<int:pk>/exclure/", comptes.ecarter, name="compte-exclure"),
    path("comptes/<int:pk>/exclusions/<int:exclusion>/lever/", comptes.lever, name="compte-lever-exclusion"),
    # What takes two persons
    path("comptes/a-confirmer/", contreseings.liste, name="contreseings"),
    path("comptes/a-confirmer/<int:pk>/", contreseings.detail, name="contreseing"),
    path("comptes/a-confirmer/<int:pk>/decider/", contreseings.decider, name="contreseing-decider"),
    # Demandes d'habilitation
    path("habilitations/", habilitations.liste, name="habilitations"),
    path("habilitations/nouvelle/<slug:nature>/", habilitations.nouvelle, name="habilitation-nouvelle"),
    path("habilitations/<int:pk>/", habilitations.detail, name="habilitation"),
    path("habilitations/<int:pk>/decider/", habilitations.decider, name="habilitation-decider"),
    path("habilitations/<int:pk>/completer/", habilitations.completer, name="habilitation-completer"),
    path("habilitations/<int:pk>/retirer/", habilitations.retirer, name="habilitation-retirer"),
    # Reviews
    path("revue/", revues.liste, name="revues"),
    path("revue/ouvrir/", revues.ouvrir, name="revue-ouvrir"),
    path("revue/<int:pk>/", revues.detail, name="revue"),
    path("revue/<int:pk>/lignes/<int:ligne>/", revues.decider, name="revue-decider"),
    path("revue/<int:pk>/tableau.pdf", revues.tableau_pdf, name="revue-pdf"),
    path("revue/<int:pk>/tableau.ods", revues.tableau_ods, name="revue-ods"),
    # Caisse-side accounts
    path("caisse/agents/", equipe.liste, name="equipe"),
    path("caisse/agents/nouveau/", equipe.nouveau, name="equipe-nouveau"),
    # One's own, and security
    path("mon-compte/", moi.mon_compte, name="mon-compte"),
    path("mon-compte/sessions/fermer/", moi.fermer_les_autres, name="sessions-fermer"),
    path("mon-compte/sessions/<slug:empreinte>/fermer/", moi.fermer_session, name="session-fermer"),
    path("mon-compte/cles/ajouter/", cles.ajouter, name="cle-ajouter"),
    path("mon-compte/cles/<int:pk>/retirer/", cles.retirer, name="cle-retirer"),
    path("mon-compte/codes-de-secours/", moi.codes_secours, name="codes-secours"),
    path("securite/", securite.liste, name="securite"),
    path("securite/signaler/", securite.signalement, name="securite-signaler"),
    path("securite/<int:pk>/", securite.preuve, name="securite-preuve"),
    path("securite/<int:pk>/preuve.pdf", securite.preuve_pdf, name="securite-pdf"),
    path("securite/<int:pk>/traiter/", securite.traiter, name="securite-traiter"),
]
