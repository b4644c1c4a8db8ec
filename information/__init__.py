"""Information and life of the partnership: news of the caisses, training, support (I-01, I-03, I-04)."""
