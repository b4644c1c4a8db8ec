"""The process that reads files can do nothing else: each claim of ADR 15 is attacked from inside (D-06)."""

import io
import json
import os
import platform
import socket
import subprocess
import sys
import time
from pathlib import Path

import pillow_heif
import pytest
from django.conf import settings
from django.db import connection
from PIL import Image

from fichiers import controle
from fichiers.controle import barrieres, cage_sure, examiner
from fichiers.refus import Refus
from tests.fichiers import echantillons

pillow_heif.register_heif_opener()
MOT = "CANARI-ICHTYORNIS"
# What runs inside: close the barriers that are named, then try everything; the answer says how each trial ended.
DEDANS = """
import ctypes, json, os, socket, sys, threading
sys.path.insert(0, {racine!r})
from fichiers import cage
{fermer}
def essayer(acte):
    try:
        return "fait: " + str(acte())[:60]
    except BaseException as erreur:
        return "refus: " + type(erreur).__name__
def joindre(famille, adresse):
    with socket.socket(famille) as prise:
        prise.settimeout(2)
        prise.connect(adresse)
def forker():
    enfant = os.fork()
    if not enfant:
        os._exit(0)
    return enfant
sys.stdin.buffer.read()
essais = {{
    "reseau": lambda: joindre(socket.AF_INET, ("127.0.0.1", {port})),
    "base": lambda: joindre(socket.AF_UNIX, {base!r}),
    "cles": lambda: os.open({cles!r}, os.O_RDONLY),
    "maison": lambda: os.listdir({racine!r}),
    "environnement": lambda: os.open("/proc/{parent}/environ", os.O_RDONLY),
    "processus": lambda: os.listdir("/proc"),
    "signal": lambda: os.kill({parent}, 0),
    "naissance": forker,
    "fil": lambda: threading.Thread(target=int).start(),
    "programme": lambda: os.execv({python!r}, [{python!r}, "-c", "1"]),
    "ecriture": lambda: os.write(os.open({temoin!r}, os.O_CREAT | os.O_WRONLY), b"clair"),
    "memoire": lambda: len(bytearray(2 << 30)),
    "secret": lambda: [un for un in os.environ.values() if {mot!r} in un][0],
}}
dit = {{nom: essayer(acte) for nom, acte in essais.items() if nom in {noms!r}}}
sys.stdout.write(json.dumps({{"genre": "pdf", "avertissements": []}}) + "\\n" + json.dumps(dit))
"""
ESSAIS = (
    *("reseau", "base", "cles", "maison", "environnement", "processus", "signal", "naissance", "programme"),
    *("ecriture", "memoire", "secret", "fil"),
)
FERMER = {
    "tout": "cage.fermer(6)",
    "tout, avec des fils": "cage.fermer(6, fils=True)",
    "espaces": "assert cage._s_isoler()",
    "landlock": "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0); assert cage._s_enfermer()",
    "limites": "assert cage._se_limiter(6)",
    "seccomp": "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0); assert cage._se_taire()",
    "seccomp, avec des fils": "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0); assert cage._se_taire(True)",
}
# What each barrier refuses when it is alone: a kernel that lacks the others still has these.
TENUS = {
    "espaces": {
        "reseau",
        "base",
        "cles",
        "maison",
        "environnement",
        "processus",
        "signal",
        "programme",
        "ecriture",
    },
    "landlock": {"reseau", "cles", "maison", "environnement", "processus", "signal", "programme", "ecriture"},
    "limites": {"memoire"},
    "seccomp": {
        *(
            "reseau",
            "base",
            "cles",
            "maison",
            "environnement",
            "processus",
            "signal",
            "naissance",
            "programme",
        ),
        "ecriture",
    },
}
TENUS["seccomp, avec des fils"] = TENUS["seccomp"]


@pytest.fixture
def dedans(monkeypatch, tmp_path):
    """Run the trials in the child, as the portal starts it, with some barriers closed."""
    ecoute = socket.create_server(("127.0.0.1", 0))
    programme = tmp_path / "dedans.py"
    monkeypatch.setenv("SECRET_DE_LA_MAISON", MOT)

    def essayer(barriere: str, noms: set[str]) -> dict[str, str]:
        programme.write_text(
            DEDANS.format(
                racine=str(settings.BASE_DIR),
                fermer=FERMER[barriere],
                port=ecoute.getsockname()[1],
                base=f"{connection.settings_dict['HOST']}/.s.PGSQL.{connection.settings_dict['PORT'] or 5432}",
                cles=str(next(un for un in Path(settings.DOSSIER_CLES).rglob("*") if un.is_file())),
                parent=os.getpid(),
                python=sys.executable,
                temoin=str(tmp_path / "temoin"),
                mot=MOT,
                noms=noms,
            ),
            encoding="utf-8",
        )
        monkeypatch.setattr(controle, "PROGRAMME", str(programme))
        return json.loads(examiner("a.pdf", echantillons.pdf()).contenu)

    yield essayer
    ecoute.close()
    assert not (tmp_path / "temoin").exists() or (tmp_path / "temoin").stat().st_size == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("barriere", "permis"), [("tout", set()), ("tout, avec des fils", {"fil"})])
def test_rien_n_est_possible(dedans, barriere, permis):
    """Socket, Postgres, keys, /proc of the parent, signal, fork, exec, writing, 2 GB, environment: all refused.

    Who reads a HEIC may start threads, and nothing else: its decoder waits for one that could not start until it is killed.
    """
    dit = dedans(barriere, set(ESSAIS))
    assert set(dit) == set(ESSAIS)
    assert {nom for nom, reponse in dit.items() if not reponse.startswith("refus")} == permis


@pytest.mark.django_db
@pytest.mark.parametrize("barriere", TENUS)
def test_chaque_barriere_seule(dedans, barriere):
    """Each holds by itself what ADR 15 says of it."""
    dit = dedans(barriere, TENUS[barriere])
    assert not {nom: dit[nom] for nom in TENUS[barriere] if not dit[nom].startswith("refus")}


def test_ce_qui_tient_est_dit():
    """This kernel has the four barriers; without them the state of the portal asks for somebody."""
    quatre = dict.fromkeys(("espaces", "landlock", "limites", "seccomp"), True)
    assert barrieres() == {"compte_a_part": False} | quatre
    assert cage_sure({"limites": True, "seccomp": True})
    assert cage_sure({"limites": True, "espaces": True, "landlock": True})
    assert not cage_sure({"limites": True, "espaces": True}) and not cage_sure({})
    assert platform.machine() in ("x86_64", "aarch64")


@pytest.mark.django_db
def test_l_etat_le_montre(client, monkeypatch):
    assert client.get("/sante/etat").json()["mesures"]["cage"]["seccomp"] is True
    monkeypatch.setattr("espace_partenaires.sante.barrieres", lambda: {"limites": True})
    assert "cage" in client.get("/sante/etat").json()["alertes"]


def test_au_demarrage():
    """The web process says once what holds, and lets no other process of its user read its memory."""
    dit = subprocess.run(
        [
            sys.executable,
            "-c",
            "import espace_partenaires.wsgi, ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.BASE_DIR,
    )
    sortie = dit.stdout + dit.stderr
    assert sortie.count("cage_des_fichiers") == 1 and '"seccomp": true' in sortie
    assert dit.stdout.rstrip().endswith("0")


def test_un_calcul_sans_fin(monkeypatch, tmp_path):
    """A loop is ended by the time of its processor, even where nobody would kill it."""
    programme = tmp_path / "boucle.py"
    programme.write_text(
        f"import sys\nsys.path.insert(0, {str(settings.BASE_DIR)!r})\nfrom fichiers import cage\ncage.fermer(1)\n"
        "sys.stdin.buffer.read()\nwhile True: pass\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(controle, "PROGRAMME", str(programme))
    monkeypatch.setattr(controle, "EXAMEN_SECONDES", 60)
    monkeypatch.setattr(controle, "ENVOI_SECONDES", 60)
    debut = time.monotonic()
    with pytest.raises(Refus) as refus:
        examiner("a.pdf", echantillons.pdf())
    assert refus.value.code == "trop-complexe" and time.monotonic() - debut < 40


@pytest.fixture
def lecteur(settings, tmp_path):
    """The reader of files as production starts it, with the portal asking there."""
    settings.LECTEUR = str(tmp_path / "prise")
    programme = str(settings.BASE_DIR / "fichiers/lecteur.py")
    with subprocess.Popen([sys.executable, programme, settings.LECTEUR], env={"PATH": os.defpath}) as lance:
        while not Path(settings.LECTEUR).exists():
            time.sleep(0.05)
        controle._barrieres.cache_clear()
        yield lance
        lance.kill()
    controle._barrieres.cache_clear()


def test_un_lecteur_a_part(lecteur, monkeypatch):
    """F11: what people send is read by another process, which refuses as here; whose it is is said."""
    assert examiner("a.pdf", echantillons.pdf()).contenu.startswith(b"%PDF")
    with pytest.raises(Refus) as refus:
        examiner("a.pdf", b"%PDF-1.7 " + bytes(4000))
    assert refus.value.code not in ("occupe", "format")
    assert barrieres()["compte_a_part"] is False and cage_sure(barrieres())
    controle._barrieres.cache_clear()
    monkeypatch.setattr(os, "getuid", lambda: 10001)
    assert barrieres()["compte_a_part"] is True


@pytest.mark.parametrize("forme", ["JPEG", "PNG", "TIFF", "GIF", "WEBP", "BMP", "JPEG2000", "AVIF", "HEIF"])
def test_un_lecteur_lit_tout_ce_que_le_portail_prend(lecteur, forme):
    """A kind that the portal knows and the reader not would be refused in production only."""
    octets = io.BytesIO()
    Image.new("RGB", (900, 700), "navy").save(octets, forme)
    assert examiner(f"a.{forme.lower()[:4]}", octets.getvalue()).genre in ("jpeg", "png")


def test_un_lecteur_ne_lance_que_des_lectures(lecteur, settings):
    """What is no kind of file starts nothing, and the next one is served."""
    for entete in (b"../../x 5\n", b"pdf\n", b"pdf x\n", b"x" * 200, b""):
        with socket.socket(socket.AF_UNIX) as prise:
            prise.connect(settings.LECTEUR)
            prise.sendall(entete)
            prise.shutdown(socket.SHUT_WR)
            try:
                assert prise.recv(1) == b""
            except ConnectionResetError:
                pass
    assert examiner("a.pdf", echantillons.pdf()).genre == "pdf"


def test_un_lecteur_absent(lecteur):
    """Nothing is read by the portal instead: the file is refused for now, the state of the portal asks for somebody."""
    lecteur.kill()
    lecteur.wait()
    with pytest.raises(Refus) as refus:
        examiner("a.pdf", echantillons.pdf())
    assert refus.value.code == "occupe" and barrieres() == {}
