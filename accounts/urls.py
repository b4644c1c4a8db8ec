"""Addresses of accounts: access first, then the pages of the gestionnaire and of the caisse."""

from django.urls import path

from accounts.views import activation, connexion

urlpatterns = [
    path("connexion/", connexion.connexion, name="connexion"),
    path("connexion/code/", connexion.code, name="connexion-code"),
    path("deconnexion/", connexion.deconnexion, name="deconnexion"),
    path("cgu/", connexion.cgu, name="cgu"),
    path("activation/<str:jeton>/", activation.activation, name="activation"),
    path("activation/<str:jeton>/code/", activation.activation_code, name="activation-code"),
    path("mot-de-passe/oublie/", activation.mot_de_passe_oublie, name="mot-de-passe-oublie"),
    path("mot-de-passe/changer/", activation.mot_de_passe_changer, name="mot-de-passe-changer"),
    path("mot-de-passe/envoye/", activation.lien_envoye, name="lien-envoye"),
    path("mot-de-passe/lien/<str:jeton>/", activation.mot_de_passe_nouveau, name="mot-de-passe-nouveau"),
    path("second-facteur/<str:jeton>/", activation.second_facteur_nouveau, name="second-facteur-nouveau"),
    path("identifiant/oublie/", activation.identifiant_oublie, name="identifiant-oublie"),
]
