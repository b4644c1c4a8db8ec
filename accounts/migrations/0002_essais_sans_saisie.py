"""Empty what django-axes copied of refused sign-ins: typed passwords, addresses of personal links."""

from django.db import migrations

COLONNES = {
    "AccessAttempt": ("get_data", "post_data", "path_info"),
    "AccessFailureLog": ("path_info",),
    "AccessLog": ("path_info",),
}


def vider(apps, schema_editor):
    for modele, colonnes in COLONNES.items():
        lignes = apps.get_model("axes", modele).objects.using(schema_editor.connection.alias)
        lignes.update(**dict.fromkeys(colonnes, ""))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("axes", "0010_accessattemptexpiration")]

    operations = [migrations.RunPython(vider, migrations.RunPython.noop, elidable=True)]
