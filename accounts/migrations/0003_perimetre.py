"""What an account holds, for the policies of the tables (ADR 27): its caisses, its structure. Zero is the machine."""

from django.db import migrations

CREER = """
CREATE FUNCTION portail_acteur() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('portail.acteur', true), '')::bigint
$$;
CREATE FUNCTION portail_machine() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT public.portail_acteur() = 0
$$;
CREATE FUNCTION portail_caisses() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT array_agg(caisse_id) FROM public.accounts_compte_caisses WHERE compte_id = public.portail_acteur()
$$;
CREATE FUNCTION portail_structure() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT partenaire_id FROM public.accounts_compte WHERE id = public.portail_acteur()
$$;
"""
DEFAIRE = """
DROP FUNCTION portail_structure();
DROP FUNCTION portail_caisses();
DROP FUNCTION portail_machine();
DROP FUNCTION portail_acteur();
"""


class Migration(migrations.Migration):
    """Create the functions; each is asked once by a statement."""

    dependencies = [("accounts", "0002_structures")]

    operations = [migrations.RunSQL(CREER, DEFAIRE)]
