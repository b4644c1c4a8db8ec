"""What this app keeps. The files themselves are declared by the apps that own them (`AvecSonParent`)."""

from conformite.declarations import Permanente, declarer

declarer(
    "fichiers.emplacementaeffacer",
    Permanente("File d’attente : noms aléatoires des contenus à effacer, vidée toutes les minutes"),
)
