"""Figures: counted, masked when small, shown."""
