import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_derive")]

    operations = [
        migrations.CreateModel(
            name="Oubli",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "quoi",
                    models.CharField(
                        choices=[("mot-de-passe", "Mot de passe"), ("identifiant", "Identifiant")],
                        max_length=15,
                        verbose_name="oubli",
                    ),
                ),
                ("cree_le", models.DateTimeField(verbose_name="créé le")),
                (
                    "compte",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="oublis",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "oubli"},
        ),
    ]
