"""What an account holds, for the policies of the tables (ADR 27): its caisses, its structure."""

from django.db import migrations

# In plpgsql, whose plans are kept: each is asked by most statements.
CREER = """
CREATE FUNCTION portail_caisses() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN ARRAY(
        SELECT caisse_id FROM public.accounts_compte_caisses
        WHERE compte_id = nullif(current_setting('portail.acteur', true), '')::bigint
    );
END $$;
CREATE FUNCTION portail_structure() RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN (
        SELECT partenaire_id FROM public.accounts_compte
        WHERE id = nullif(current_setting('portail.acteur', true), '')::bigint
    );
END $$;
"""
DEFAIRE = "DROP FUNCTION portail_structure(); DROP FUNCTION portail_caisses();"


class Migration(migrations.Migration):
    """Create the functions."""

    dependencies = [("accounts", "0002_structures")]

    operations = [migrations.RunSQL(CREER, DEFAIRE)]
