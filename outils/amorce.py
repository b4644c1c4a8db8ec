"""First step of every make target, with the system's Python and nothing installed: find uv, install, go on.

Kept to the standard library, and to a syntax that old interpreters parse so that they can be told they are old.
"""

import fcntl
import os
import shutil
import subprocess
import sys

RACINE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUTILS = os.path.join(RACINE, ".outils")
VENV_PYTHON = os.path.join(RACINE, ".venv", "bin", "python")
# make target: (groups of dependencies, module that does it)
CIBLES = {
    "run": (["--no-default-groups", "--group", "embarque"], "outils.demarrer"),
    "bench": (["--no-default-groups", "--group", "embarque"], "outils.mesurer"),
    "test": (["--all-groups"], "outils.verifier"),
    "vite": (["--all-groups"], "outils.vite"),
    "epreuves": (["--all-groups"], "outils.epreuves"),
    "mutants": (["--all-groups"], "outils.mutants"),
    "format": (["--all-groups"], "outils.mettre_en_forme"),
}


def dire(message):
    """Tell the progress at once, even through a pipe."""
    print(message, flush=True)


def abandonner(message):
    """Stop with a message for the person at the keyboard."""
    sys.stderr.write("\n" + message + "\n")
    sys.exit(1)


def trouver_uv():
    """Return the path of uv: the machine's, else ours, installed with pip or with venv."""
    local = os.path.join(OUTILS, "uv", "bin", "uv")
    for candidat in (shutil.which("uv"), local, os.path.join(OUTILS, "venv", "bin", "uv")):
        if candidat and marche([candidat, "--version"]):
            return candidat
    dire("• Installation de uv dans .outils/ (une seule fois)")
    if marche([sys.executable, "-m", "pip", "--version"]):
        cible = os.path.join(OUTILS, "uv")
        commande = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", cible, "uv"]
        if subprocess.call(commande) == 0 and marche([local, "--version"]):
            return local
    venv = os.path.join(OUTILS, "venv")
    if marche([sys.executable, "-m", "venv", "--clear", venv]) and (
        subprocess.call([os.path.join(venv, "bin", "python"), "-m", "pip", "install", "--quiet", "uv"]) == 0
    ):
        return os.path.join(venv, "bin", "uv")
    return abandonner(
        "Impossible d’installer uv : ni pip ni venv n’y sont parvenus (leurs messages sont ci-dessus).\n"
        "Sur Debian : apt install python3-venv   (ou python3-pip, ou uv lui-même)\n"
        "uv could not be installed: neither pip nor venv works here. On Debian: apt install python3-venv"
    )


def marche(commande):
    """Whether a command runs and succeeds."""
    try:
        return subprocess.run(commande, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def preparer_le_foyer():
    """Give uv and pip a place for their caches when HOME is empty, missing or read-only."""
    foyer = os.environ.get("HOME", "")
    if not (foyer and os.path.isdir(foyer) and os.access(foyer, os.W_OK)):
        os.environ["HOME"] = os.path.join(OUTILS, "foyer")
        os.makedirs(os.environ["HOME"], exist_ok=True)


def installer(groupes):
    """Bring .venv in line with uv.lock."""
    uv = trouver_uv()
    environ = dict(
        os.environ, UV_PYTHON_DOWNLOADS="never", UV_PROJECT_ENVIRONMENT=os.path.join(RACINE, ".venv")
    )
    for nom in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "UV_PYTHON"):
        environ.pop(nom, None)
    if not os.path.exists(VENV_PYTHON):
        dire("• Installation des dépendances verrouillées (une minute au plus la première fois)")
    commande = [uv, "sync", "--frozen", "--inexact", "--quiet", "--python", sys.executable]
    fait = subprocess.run(commande + groupes, cwd=RACINE, env=environ)
    if fait.returncode:
        abandonner("L’installation des dépendances a échoué : le message de uv est ci-dessus.")


def effacer():
    """Remove the state of make run; refuse while it runs."""
    sys.path.insert(0, RACINE)
    etat = os.path.join(RACINE, "var")
    verrou = os.path.join(etat, "verrou")
    if os.path.exists(verrou):
        with open(verrou) as fichier:
            try:
                fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                abandonner("Le portail tourne : arrêtez-le (Ctrl-C) avant « make clean ».")
    sockets = os.path.join(etat, "sockets")
    if os.path.exists(sockets):
        with open(sockets) as fichier:
            chemin = fichier.read().strip()
        if chemin.startswith("/tmp/ep-"):  # noqa: S108
            shutil.rmtree(chemin, ignore_errors=True)
    for chemin in (etat, os.path.join(RACINE, ".pytest_cache"), os.path.join(RACINE, ".ruff_cache")):
        shutil.rmtree(chemin, ignore_errors=True)
    dire("L’état de la démonstration est effacé.")


def main(cible, arguments):
    """Run one make target."""
    if sys.version_info[:2] not in ((3, 11), (3, 12)):
        abandonner("Le portail demande Python 3.11 ou 3.12 (ici : %d.%d)." % sys.version_info[:2])
    os.chdir(RACINE)
    if not os.access(RACINE, os.W_OK):
        abandonner("Ce dossier ne vous est pas ouvert en écriture : %s" % RACINE)
    if cible == "clean":
        return effacer()
    os.makedirs(OUTILS, exist_ok=True)
    preparer_le_foyer()
    os.environ.setdefault("PIP_ROOT_USER_ACTION", "ignore")
    groupes, module = CIBLES[cible]
    installer(groupes)
    os.environ["PYTHONPATH"] = RACINE
    # Every process imports the same modules: they are compiled once.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # The child of make becomes the supervisor itself: one process less between the keyboard and it.
    return os.execv(VENV_PYTHON, [VENV_PYTHON, "-m", module, *arguments])  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
