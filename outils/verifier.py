"""`make test`: everything that must hold, on services of its own; the last lines say what ran and how long.

Every step runs even when one before it failed, so that one run tells everything. `CI` in the environment makes a
missing browser, antivirus or proxy a failure; elsewhere it is said loudly and their tests are left out.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

from outils import durees
from outils.portail import RACINE
from outils.processus import mourir_avec_le_parent

# Mark of the tests, package of Debian, names of its program.
SYSTEME = {
    "navigateur": ("chromium", ("chromium", "chromium-browser", "google-chrome")),
    "antivirus": ("clamav-daemon", ("clamd",)),
    "mandataire": ("caddy", ("caddy",)),
    "pooleur": ("pgbouncer", ("pgbouncer",)),
    "supervision": ("prometheus", ("promtool",)),
}
# On two cores: a test of real processes waits as much as it works. Who gets what, and in what order: tests/conftest.py.
REPARTITION = ["-n", "4", "--no-loadscope-reorder"]
# Kept until the next run, for who wants to know what weighs.
ESSAIS = RACINE / "var/essais.xml"
# Command of each tool, run as a module: scripts of .venv break in long paths.
OUTILS = {
    "mise en forme": ["ruff", "format", "--check", "--quiet", "."],
    "règles de code": ["ruff", "check", "--quiet", "."],
    "types": ["outils.typage"],
    "gabarits": ["djlint", "templates", "--lint", "--quiet"],
}
RESULTATS = ("tests", "failures", "errors", "skipped")


@dataclass
class Bilan:
    """What ran, what failed, what could not run."""

    echecs: list[str] = field(default_factory=list)
    comptes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RESULTATS, 0))
    absents: list[str] = field(default_factory=list)


def main() -> int:
    """Run every step; return 0 when all hold."""
    debut = time.monotonic()
    bilan = Bilan()
    absents = outils_du_systeme(bilan)
    formes(bilan)
    choix = ["-m", " and ".join(f"not {marque}" for marque in absents)] if absents else []
    tests(bilan, [*choix, *sys.argv[1:]])
    return conclure(bilan, time.monotonic() - debut)


def formes(bilan: Bilan) -> None:
    """Run what reads the code without playing it."""
    for nom, commande in OUTILS.items():
        _etape(bilan, nom, [sys.executable, "-m", *commande])
    _etape(
        bilan,
        "flèches de la maison",
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
    )


def conclure(bilan: Bilan, duree: float) -> int:
    """Say what ran, what failed and how long it took; return the exit code."""
    rates = bilan.comptes["failures"] + bilan.comptes["errors"]
    passes = bilan.comptes["tests"] - rates - bilan.comptes["skipped"]
    if bilan.comptes["skipped"]:
        bilan.echecs.append(f"{bilan.comptes['skipped']} tests sautés")
    for absent in bilan.absents:
        print(f"\n*** {absent} manque : ses tests n’ont PAS tourné ***", flush=True)
    print(f"\nÉchecs : {', '.join(bilan.echecs) or 'aucun'}")
    print(f"{passes} passed, {rates} failed" + (f", {n} skipped" if (n := bilan.comptes["skipped"]) else ""))
    print(f"Durée totale : {int(duree // 60)} min {duree % 60:04.1f} s", flush=True)
    return 1 if bilan.echecs or not passes else 0


def _etape(bilan: Bilan, nom: str, commande: list[str]) -> None:
    debut = time.monotonic()
    fait = subprocess.run(commande, cwd=RACINE, capture_output=True, text=True)
    print(
        f"• {nom} : {'bien' if fait.returncode == 0 else 'ÉCHEC'} ({time.monotonic() - debut:.1f} s)",
        flush=True,
    )
    if fait.returncode:
        print(fait.stdout[-8000:] + fait.stderr[-4000:], flush=True)
        bilan.echecs.append(nom)


def tests(bilan: Bilan, choix: list[str], resultats: Path = ESSAIS) -> None:
    """Play these tests on all workers; keep how long each took, and tell the heaviest files."""
    print("• tests", flush=True)
    resultats.parent.mkdir(exist_ok=True)
    resultats.unlink(missing_ok=True)
    options = ["-q", "--durations=10", f"--junitxml={resultats}", *REPARTITION, *choix]
    code = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=RACINE,
        preexec_fn=mourir_avec_le_parent(signal.SIGTERM),
    ).returncode
    if resultats.exists():
        suite = ET.parse(resultats).getroot().find("testsuite")  # noqa: S314 (our own file)
        for cle in RESULTATS:
            bilan.comptes[cle] += int(suite.get(cle, 0)) if suite is not None else 0
        print(f"\n{durees.montrer(resultats)}", flush=True)
    if code:
        bilan.echecs.append("tests")


# --- What Debian's packages bring


def outils_du_systeme(bilan: Bilan) -> list[str]:
    """Install what is missing when permitted; return the marks of the tests to leave out."""
    manques = {marque: un for marque, un in SYSTEME.items() if not _trouver(un[1])}
    if manques:
        _apt([paquet for paquet, _ in manques.values()])
    absents = {marque: paquet for marque, (paquet, noms) in manques.items() if not _trouver(noms)}
    bilan.absents += absents.values()
    if os.environ.get("CI"):
        bilan.echecs += [f"{paquet} manque" for paquet in absents.values()]
    return list(absents)


def _trouver(noms: tuple[str, ...]) -> str | None:
    chemins = os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin"
    return next((chemin for nom in noms if (chemin := shutil.which(nom, path=chemins))), None)


def _apt(paquets: list[str]) -> None:
    prefixe = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (prefixe and not shutil.which("sudo")):
        print(
            f"*** Ces paquets manquent et je ne peux pas les installer : {' '.join(paquets)} ***", flush=True
        )
        return
    print(f"• Installation de {' '.join(paquets)} (paquets de Debian)", flush=True)
    # RUNLEVEL=1: the packages start no daemon of their own.
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    installer = [*prefixe, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *paquets]
    for commande in ([*prefixe, "apt-get", "update", "-qq"], installer):
        fait = subprocess.run(commande, env=env, capture_output=True, text=True)
        if fait.returncode:
            print(f"*** {' '.join(commande)} :\n{fait.stdout[-1500:]}{fait.stderr[-1500:]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
