
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='EmplacementAEffacer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('emplacement', models.UUIDField(verbose_name='emplacement')),
            ],
            options={
                'verbose_name': 'contenu à effacer',
                'verbose_name_plural': 'contenus à effacer',
            },
        ),
    ]
