"""The third wall of the demandes (ADR 27): who is seen by whom, and the tokens behind it."""

from django.db import migrations

from socle.perimetre import lever_le_mur

# Each once by a statement, not by a row. Zero is the machine.
DEMANDE = """
    (SELECT current_setting('portail.acteur', true) = '0')
    OR caisse_id = ANY ((SELECT portail_caisses())::bigint[])
    OR partenaire_id = (SELECT portail_structure())
"""
# What hangs from a demande is seen with it.
ENFANT = """
    (SELECT current_setting('portail.acteur', true) = '0')
    OR EXISTS (SELECT 1 FROM signalements_demande WHERE signalements_demande.id = demande_id)
"""
# Of one house: the other one reads the demande, and not its words.
ETIQUETEE = """
    (SELECT current_setting('portail.acteur', true) = '0')
    OR EXISTS (
        SELECT 1 FROM signalements_etiquette
        WHERE signalements_etiquette.id = etiquette_id AND (
            signalements_etiquette.caisse_id = ANY ((SELECT portail_caisses())::bigint[])
            OR signalements_etiquette.partenaire_id = (SELECT portail_structure())
        )
    )
"""
POLITIQUES = {
    "signalements_demande": DEMANDE,
    "signalements_message": ENFANT,
    "signalements_evenement": ENFANT,
    "signalements_piece": ENFANT,
    "signalements_rendezvous": ENFANT,
    "signalements_presence": ENFANT,
    "signalements_arevoir": ENFANT,
    "signalements_avisattendu": ENFANT,
    "signalements_etiquette_demandes": ETIQUETEE,
}
# An operator that could tell what it meets loses its index under a policy. The owner's function has it, says the same
# thing itself, and gives back keys only. What bounds the end of a reference: no sign of one comes after « ~ ».
CHERCHER = f"""
CREATE FUNCTION signalements_portant(cherches bigint[]) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT array_agg(id) FROM signalements_demande WHERE jetons && cherches AND ({DEMANDE})
$$;
CREATE FUNCTION signalements_finissant(fin text) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT array_agg(id) FROM signalements_demande
    WHERE reverse(reference) ~>=~ reverse(fin) AND reverse(reference) ~<~ (reverse(fin) || '~') AND ({DEMANDE})
$$;
"""
OUBLIER = """
DROP FUNCTION signalements_finissant(text);
DROP FUNCTION signalements_portant(bigint[]);
"""


class Migration(migrations.Migration):
    """Raise the wall."""

    dependencies = [("signalements", "0001_initial"), ("accounts", "0003_perimetre")]

    operations = [
        *(migrations.RunSQL(*lever_le_mur(table, condition)) for table, condition in POLITIQUES.items()),
        migrations.RunSQL(CHERCHER, OUBLIER),
    ]
