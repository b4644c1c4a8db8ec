"""The only way out of the journal: one sealed day past its 12 months, taken by a function of the owner."""

from django.db import migrations

CREER = """
CREATE OR REPLACE FUNCTION conformite_purger_journal(le_jour date, instant timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    nombre integer;
    dernier date;
BEGIN
    PERFORM pg_advisory_xact_lock(20260403);
    IF EXISTS (SELECT 1 FROM conformite_purgejournal WHERE jour = le_jour) THEN
        RETURN 0;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM conformite_sceaujournal WHERE jour = le_jour) THEN
        RAISE EXCEPTION 'le jour % n''est pas scellé', le_jour USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Counted from the last seal, not from a clock that the caller could give.
    SELECT max(jour) INTO dernier FROM conformite_sceaujournal;
    IF le_jour >= (dernier - interval '12 months')::date THEN
        RAISE EXCEPTION 'le jour % n''a pas 12 mois', le_jour USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('conformite.purge_du_jour', le_jour::text, true);
    DELETE FROM conformite_lignejournal WHERE jour = le_jour;
    GET DIAGNOSTICS nombre = ROW_COUNT;
    PERFORM set_config('conformite.purge_du_jour', '', true);
    INSERT INTO conformite_purgejournal (jour, nombre, purge_le) VALUES (le_jour, nombre, instant);
    RETURN nombre;
END $$
"""


class Migration(migrations.Migration):
    """Create the function; without it nothing leaves the journal."""

    dependencies = [("conformite", "0001_initial")]

    operations = [
        migrations.RunSQL(CREER, "DROP FUNCTION IF EXISTS conformite_purger_journal(date, timestamptz)"),
    ]
