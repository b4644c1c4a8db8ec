"""Acts on accounts, one function each, by noun."""
