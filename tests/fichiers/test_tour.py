"""One structure's sendings never refuse another's (D-06)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from fichiers import controle
from fichiers.controle import examiner
from fichiers.refus import Refus
from fichiers.tour import Tour
from tests.fichiers.echantillons import pdf


def test_une_structure_n_attend_qu_elle_meme(monkeypatch):
    """Six heavy files at once of one structure; those of another pass all the same, each in its time."""
    monkeypatch.setattr(controle, "_tour", Tour(2))
    monkeypatch.setattr(controle, "_lire_en_enfant", _lent_pour_le_gros)
    with ThreadPoolExecutor(6) as ensemble:
        gros = [ensemble.submit(_essayer, "metz", b"%PDF-1.7 gros") for _ in range(6)]
        autres = []
        for _ in range(6):
            debut = time.monotonic()
            autres.append((_essayer("elbeuf", b"%PDF-1.7 petit"), time.monotonic() - debut))
        codes = [un.result() for un in gros]
    assert all(code == "pris" and attente < 0.5 for code, attente in autres)
    assert codes.count("pris") == Tour.PAR_STRUCTURE and set(codes) == {"pris", "occupe"}


def _essayer(structure: str, contenu: bytes) -> str:
    try:
        examiner("a.pdf", contenu, pour=structure)
    except Refus as refus:
        return refus.code
    return "pris"


def _lent_pour_le_gros(genre: str, contenu: bytes, secondes: float) -> tuple[dict, bytes]:
    if contenu.endswith(b"gros"):
        threading.Event().wait(1)
    return {"genre": genre, "avertissements": []}, contenu


def test_chacun_son_tour():
    """With one place left, the first that came and has nothing at work; what nobody gives back is waited for."""
    tour = Tour(1)
    assert tour.prendre("a", 0) and not tour.prendre("b", 0.05) and not tour.prendre("a", 0.05)
    tour.rendre("a")
    assert tour.prendre("b", 0)
    tour.rendre("b")
    assert tour.prendre("a", 0)


@pytest.mark.parametrize(
    ("reste", "code"), [(controle.EXAMEN_SECONDES + 1, "trop-complexe"), (0.5, "pas-le-temps")]
)
def test_le_temps_des_autres_n_est_pas_le_sien(monkeypatch, tmp_path, reste, code):
    """The last of many files is not said to be complicated when the others took its time: it is to be sent again."""
    programme = tmp_path / "fige.py"
    programme.write_text("import sys, time\nsys.stdin.buffer.read()\ntime.sleep(600)\n", encoding="utf-8")
    monkeypatch.setattr(controle, "PROGRAMME", str(programme))
    with pytest.raises(Refus) as refus:
        examiner("a.pdf", pdf(), avant=time.monotonic() + reste)
    assert refus.value.code == code and ("à nouveau, avec ceux qui restent" in refus.value.message) == (
        reste < 1
    )


def test_trop_tard(monkeypatch):
    """Nobody waits beyond the time of the answer: asked to come back."""
    tour = Tour(1)
    monkeypatch.setattr(controle, "_tour", tour)
    assert tour.prendre("autre", 0)
    with pytest.raises(Refus) as refus:
        examiner("a.pdf", pdf(), avant=time.monotonic() + 0.1)
    assert refus.value.code == "occupe"
