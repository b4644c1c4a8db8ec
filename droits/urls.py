"""Addresses of data protection: journal, retention, jobs, holds, violations, rights of persons, register."""

from django.urls import path, re_path

from droits.views import conservation, droits, gels, journal, notices, registre, violations

urlpatterns = [
    path("violations/nouvelle/", violations.nouvelle, name="violation-nouvelle"),
    path("conformite/journal/", journal.journal, name="journal"),
    path("conformite/journal/journal.csv", journal.exporter, name="journal-exporter"),
    path("conformite/conservation/", conservation.conservation, name="conservation"),
    path(
        "conformite/conservation/freins/<int:pk>/liberer/", conservation.liberer_frein, name="frein-liberer"
    ),
    path("conformite/executions/", conservation.executions, name="executions"),
    path("conformite/registre/", registre.registre, name="registre"),
    path("conformite/registre.pdf", registre.registre_pdf, name="registre-pdf"),
    path("conformite/aipd.pdf", notices.aipd, name="aipd"),
    path("information/<slug:public>/", notices.notice, name="notice"),
    path("information/<slug:public>.pdf", notices.notice_pdf, name="notice-pdf"),
    path("conformite/certificats/", registre.certificats, name="certificats"),
    path("conformite/certificats/<int:pk>/attestation/", registre.attestation, name="attestation"),
    path("conformite/certificats/<int:pk>.pdf", registre.certificat_pdf, name="certificat-pdf"),
    path("conformite/gels/", gels.gels, name="gels"),
    path("conformite/gels/<int:pk>/lever/", gels.lever, name="gel-lever"),
    path("conformite/violations/", violations.liste, name="violations"),
    path("conformite/violations/<str:reference>/", violations.violation, name="violation"),
    path(
        "conformite/violations/<str:reference>/documents/<uuid:emplacement>/",
        violations.document,
        name="violation-document",
    ),
    path("conformite/violations/<str:reference>/<slug:verbe>/", violations.agir, name="violation-agir"),
    path("conformite/droits/", droits.liste, name="droits"),
    path("conformite/droits/nouvelle/", droits.nouvelle, name="droits-nouvelle"),
    path("conformite/droits/<str:reference>/", droits.demande, name="droits-demande"),
    re_path(
        r"^conformite/droits/(?P<reference>[^/]+)/extraction\.(?P<forme>pdf|json)$",
        droits.extraction,
        name="droits-extraction",
    ),
    path("conformite/droits/<str:reference>/<slug:verbe>/", droits.agir, name="droits-agir"),
]
