"""What the database itself refuses, whatever a session sets: the journal, its seals and the ledger are only added to.

By hand, not by django-pgtrigger, whose triggers a setting passes by; ALWAYS, so that replication passes them by neither.
"""

from django.db import migrations

AJOUT_SEUL = ("conformite_lignejournal", "conformite_sceaujournal", "conformite_purgejournal", "conformite_lotdetruit")

CREER = """
-- The sealing takes this lock alone: it waits for the lines being written, and those to come get later keys.
CREATE FUNCTION conformite_numeroter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20260401);
    NEW.id := nextval('conformite_lignejournal_id_seq');
    RETURN NEW;
END $$;
CREATE TRIGGER numeroter BEFORE INSERT ON conformite_lignejournal
    FOR EACH ROW EXECUTE FUNCTION conformite_numeroter();
ALTER TABLE conformite_lignejournal ENABLE ALWAYS TRIGGER numeroter;

-- Two ways out, by what the tables say: the lines of a purged seal, and its list of them.
CREATE FUNCTION conformite_ajout_seul() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    purge bigint;
BEGIN
    IF TG_LEVEL = 'ROW' AND TG_TABLE_NAME IN ('conformite_lignejournal', 'conformite_sceaujournal') THEN
        SELECT max(sceau) INTO purge FROM conformite_purgejournal;
        IF TG_TABLE_NAME = 'conformite_lignejournal' AND TG_OP = 'DELETE' THEN
            IF OLD.id <= (SELECT jusqu_a FROM conformite_sceaujournal WHERE numero = purge) THEN
                RETURN OLD;
            END IF;
        ELSIF TG_TABLE_NAME = 'conformite_sceaujournal' AND TG_OP = 'UPDATE' THEN
            IF OLD.numero <= purge THEN
                NEW := OLD;
                NEW.releve := '';
                RETURN NEW;
            END IF;
        END IF;
    END IF;
    RAISE EXCEPTION '% est en ajout seul', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""
GARDER = """
CREATE TRIGGER ajout_seul BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION conformite_ajout_seul();
CREATE TRIGGER pas_de_vidage BEFORE TRUNCATE ON {table} EXECUTE FUNCTION conformite_ajout_seul();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER ajout_seul;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER pas_de_vidage;
"""
PURGER = """
-- The seals past their 12 months, three hundred at a time: about a day.
CREATE FUNCTION conformite_purger_journal(instant timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    avant bigint;
    echu bigint;
    nombre integer;
BEGIN
    PERFORM pg_advisory_xact_lock(20260403);
    SELECT coalesce(max(sceau), 0) INTO avant FROM conformite_purgejournal;
    -- Counted from the last seal too, not only from a clock that the caller gives.
    SELECT max(numero) INTO echu FROM conformite_sceaujournal
        WHERE numero > avant AND numero <= avant + 300 AND scelle_le
            < least(instant, (SELECT max(scelle_le) FROM conformite_sceaujournal)) - interval '12 months';
    IF echu IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT sum(s.nombre) INTO nombre FROM conformite_sceaujournal s WHERE numero > avant AND numero <= echu;
    INSERT INTO conformite_purgejournal (sceau, nombre, purge_le) VALUES (echu, nombre, instant);
    DELETE FROM conformite_lignejournal
        WHERE id <= (SELECT jusqu_a FROM conformite_sceaujournal WHERE numero = echu);
    UPDATE conformite_sceaujournal SET releve = '' WHERE numero > avant AND numero <= echu;
    RETURN nombre;
END $$
"""
DEFAIRE = """
DROP FUNCTION conformite_purger_journal(timestamptz);
DROP FUNCTION conformite_ajout_seul() CASCADE;
DROP FUNCTION conformite_numeroter() CASCADE;
"""


class Migration(migrations.Migration):
    """Create the triggers, and the function without which nothing leaves the journal."""

    dependencies = [("conformite", "0001_initial")]

    operations = [
        migrations.RunSQL(
            CREER + "".join(GARDER.format(table=table) for table in AJOUT_SEUL) + PURGER, DEFAIRE
        ),
    ]
