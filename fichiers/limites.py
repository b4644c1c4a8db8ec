"""Limits on files, with their reasons. The pages show them before anything is chosen."""

MO = 1_000_000

# A page scanned at 300 dpi or a telephone's photo is 2 to 8 MB.
FICHIER_MAX = 10 * MO
# A table of fifty thousand rows.
TABLEAU_MAX = 25 * MO
# One sending, kept in memory by the web process: a few pages photographed at once.
ENVOI_MAX = 40 * MO
# Beyond this nobody is sending pieces: the request is refused unread.
ENVOI_ABSURDE = 200 * MO
# The longest checklist has five kinds of pieces, often several sheets each.
FICHIERS_PAR_DOSSIER = 20
DOSSIER_MAX = 60 * MO
# A large structure deposits some fifty demandes a day.
FICHIERS_PAR_JOUR = 400
# What scanners and mail put before the header of a PDF, and readers pass over: white space, zeros, a byte order mark.
AVANT_L_ENTETE = b" \t\r\n\f\0\xef\xbb\xbf"
# Anything else stands there too, words for a printer or of a site: readers look for the header so far.
ENTETE_LOIN = 1024
NOM_MAX = 120
# Pictures put together into one document, and their weight: one sheet, both sides, of each of five pieces.
IMAGES_REUNIES = 10

# --- The child process that reads what people send

# Wall clock for one file, and for all those of one sending, waiting included: the page answers within ten seconds.
EXAMEN_SECONDES = 6
ENVOI_SECONDES = 8
# A table of 50 000 lines, read on a busy machine.
TABLEAU_SECONDES = 20
# Children at once in one web process: the other threads go on serving pages.
EXAMENS_SIMULTANES = 2
# What the child gives back at most: a photograph written again may grow a little, the cells of a table by half.
SORTIE_MAX = 40 * MO

# --- The antivirus

CLAMD_CONNEXION_SECONDES = 3
# Signatures come every day: older ones are red, and files wait.
SIGNATURES_JOURS = 7
# From connection to verdict, whatever the server does.
CLAMD_SECONDES = 45
# A verdict is asked again after this, even when the signatures have not changed their version.
REANALYSE_JOURS = 7
REANALYSES_PAR_PASSAGE = 300
ANALYSES_PAR_PASSAGE = 100
# A worker killed with a file in hand loses it after this.
ANALYSE_BAIL_SECONDES = 120
ANALYSE_PAUSE_MAX_SECONDES = 3600

# --- The storage

# Sealed by pieces of this size: memory does not depend on the size of a file.
MORCEAU = 256 * 1024
# A stored file that no row names is one that is being written, until it is this old.
ORPHELIN_HEURES = 6
# More orphans than this share, and than this number, is an accident: nothing is erased until somebody looks.
ORPHELINS_PART = 0.1
ORPHELINS_NOMBRE = 20
