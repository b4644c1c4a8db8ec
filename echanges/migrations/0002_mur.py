"""The third wall of the exchanges (ADR 27): who is seen by whom, and the tokens behind it."""

from django.db import migrations

from socle.perimetre import lever_le_mur

# Each once by a statement, not by a row. Zero is the machine.
SIENS = """
    (SELECT current_setting('portail.acteur', true) = '0')
    OR {table}.caisse_id = ANY ((SELECT portail_caisses())::bigint[])
    OR {table}.partenaire_id = (SELECT portail_structure())
"""


def _avec(parent: str, cle: str) -> str:
    """What hangs from a part, a flow, a deposit is seen with it; a part has no policy of its own."""
    siens = f" AND ({SIENS.format(table=parent)})" if parent == "conventions_participation" else ""
    return f"(SELECT current_setting('portail.acteur', true) = '0') OR EXISTS (SELECT 1 FROM {parent} WHERE {parent}.id = {cle}{siens})"


_DE_LA_PART = _avec("conventions_participation", "participation_id")
_DU_FLUX = _avec("echanges_fluxconvenu", "flux_id")
_DU_DEPOT = _avec("echanges_depot", "depot_id")
POLITIQUES = {
    # Signed by a person, for a convention.
    "echanges_engagement": """
    (SELECT current_setting('portail.acteur', true) = '0')
    OR EXISTS (
        SELECT 1 FROM conventions_participation WHERE conventions_participation.convention_id = echanges_engagement.convention_id
        AND (
            conventions_participation.caisse_id = ANY ((SELECT portail_caisses())::bigint[])
            OR conventions_participation.partenaire_id = (SELECT portail_structure())
        )
    )
    """,
    "echanges_fluxconvenu": _DE_LA_PART,
    "echanges_autorisationdepot": _DE_LA_PART,
    "echanges_boitedediee": _DE_LA_PART,
    "echanges_comptepayeur": _DE_LA_PART,
    "echanges_compteurechanges": _DE_LA_PART,
    "echanges_etatneant": _DU_FLUX,
    "echanges_retarddit": _DU_FLUX,
    "echanges_perioderecue": _DU_FLUX,
    "echanges_depot": SIENS.format(table="echanges_depot"),
    "echanges_dossierindu": SIENS.format(table="echanges_dossierindu"),
    "echanges_fichierdepose": _DU_DEPOT,
    "echanges_lotdelignes": _DU_DEPOT,
    "echanges_ligneecartee": _DU_DEPOT,
    "echanges_etapedepot": _DU_DEPOT,
    "echanges_suiviinscription": _DU_DEPOT,
    "echanges_rapprochementdecide": _DU_DEPOT,
    "echanges_rapprochementtenu": _DU_DEPOT,
}
# An operator that could tell what it meets loses its index under a policy. The owner's function has it, says the same
# thing itself, and gives back keys only.
CHERCHER = f"""
CREATE FUNCTION echanges_portant(cherches bigint[]) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT array_agg(lot.id) FROM echanges_lotdelignes lot JOIN echanges_depot depot ON depot.id = lot.depot_id
    WHERE lot.jetons && cherches AND ({SIENS.format(table="depot")})
$$
"""


class Migration(migrations.Migration):
    """Raise the wall."""

    dependencies = [("echanges", "0001_initial"), ("accounts", "0003_perimetre")]

    operations = [
        *(migrations.RunSQL(*lever_le_mur(table, condition)) for table, condition in POLITIQUES.items()),
        migrations.RunSQL(CHERCHER, "DROP FUNCTION echanges_portant(bigint[])"),
    ]
