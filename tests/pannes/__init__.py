"""Faults: real processes are stopped, frozen and killed; nothing may be lost, nothing may leak."""
